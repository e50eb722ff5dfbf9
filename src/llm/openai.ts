import OpenAI, { APIError } from 'openai'
import { messageOf, SegueError } from '../domain/errors.ts'
import type { Llm, LlmAnswer, LlmRequest } from './llm.ts'
import { messagesFor, RESPONSE_FORMATS, type ResponseFormat, responseFormat } from './response-format.ts'
import { openRetrying, retryAfterMs, type Verdict } from './retry.ts'
import { patientFetch } from './transport.ts'

export interface Endpoint {
  /** E.g. https://api.openai.com/v1, http://localhost:11434/v1. */
  readonly baseUrl: string
  readonly model: string
  /** Local servers take any. */
  readonly apiKey: string
  /** Milliseconds for one try, its body included. */
  readonly timeoutMs: number
  /** Tries after the first. */
  readonly retries: number
  /** Milliseconds of the first backoff; tests make it short. */
  readonly firstWaitMs?: number
}

/**
 * A model behind any OpenAI-compatible endpoint: vLLM, Ollama, llama.cpp, OpenAI, a gateway. Retries what may pass
 * (408, 409, 429, 5xx, cut or hung connections, broken bodies) and steps down to looser response formats where the
 * server refuses one. `customId` goes along as Idempotency-Key: a gateway that honours it does not bill a call twice.
 */
export function openOpenAi(endpoint: Endpoint): Llm {
  const client = openClient(endpoint)
  const retrying = openRetrying(endpoint.retries, endpoint.firstWaitMs)
  let format: ResponseFormat = RESPONSE_FORMATS[0]
  let tokenField: 'max_tokens' | 'max_completion_tokens' = 'max_tokens'
  let sendTemperature = true

  /** A request put otherwise is another request: gateways refuse a key that they have seen with another body. */
  const idempotencyKey = ({ customId }: LlmRequest, as: ResponseFormat): string => {
    const variant = [
      RESPONSE_FORMATS.indexOf(as),
      Number(tokenField !== 'max_tokens'),
      Number(!sendTemperature),
    ]
    return variant.some((n) => n > 0) ? `${customId}/${variant.join('')}` : customId
  }

  const ask = async (request: LlmRequest, as: ResponseFormat, signal?: AbortSignal): Promise<LlmAnswer> => {
    const responseAs = responseFormat(as, request.schema)
    const completion = await withDeadline(endpoint.timeoutMs, signal, (deadline) =>
      client.chat.completions.create(
        {
          model: endpoint.model,
          messages: messagesFor(as, request.messages, request.schema),
          [tokenField]: request.maxTokens,
          ...(sendTemperature && { temperature: request.temperature }),
          ...(responseAs && { response_format: responseAs }),
        },
        { signal: deadline, headers: { 'Idempotency-Key': idempotencyKey(request, as) } },
      ),
    )
    const choice = completion.choices?.[0]
    if (!choice) throw new Error('The endpoint answered without a choice')
    return {
      customId: request.customId,
      content: choice.message?.content ?? choice.message?.refusal ?? '',
      model: completion.model ?? endpoint.model,
      usage: {
        promptTokens: completion.usage?.prompt_tokens ?? 0,
        completionTokens: completion.usage?.completion_tokens ?? 0,
      },
      truncated: choice.finish_reason === 'length',
      at: new Date().toISOString(),
    }
  }

  /** Adapts to what the server says it does not know; true where another try makes sense. */
  const adapt = (error: unknown): boolean => {
    if (!(error instanceof APIError) || ![400, 422].includes(error.status ?? 0)) return false
    if (tokenField === 'max_tokens' && /max_completion_tokens/.test(error.message)) {
      tokenField = 'max_completion_tokens'
      return true
    }
    if (sendTemperature && /temperature/.test(error.message)) {
      sendTemperature = false
      return true
    }
    return false
  }

  const askAdapting = async (request: LlmRequest, as: ResponseFormat, signal?: AbortSignal) => {
    for (;;) {
      try {
        return await retrying.run(() => ask(request, as, signal), judge, signal)
      } catch (error) {
        if (!adapt(error)) throw error
      }
    }
  }

  return {
    model: endpoint.model,
    async complete(request, signal) {
      let refusal: unknown
      for (const as of RESPONSE_FORMATS.slice(RESPONSE_FORMATS.indexOf(format))) {
        try {
          const answer = await askAdapting(request, as, signal)
          // Stepping down is for good only once the looser format worked: the request itself may be at fault.
          format = as
          return answer
        } catch (error) {
          if (!isRefusal(error)) throw toSegueError(error, endpoint)
          refusal ??= error
        }
      }
      throw toSegueError(refusal, endpoint)
    },
    close: () => undefined,
  }
}

/** Texts to vectors through any OpenAI-compatible /embeddings, L2-normalised here, in the order given. */
export function openEmbeddingEndpoint(endpoint: Endpoint) {
  const client = openClient(endpoint)
  const retrying = openRetrying(endpoint.retries, endpoint.firstWaitMs)
  return {
    model: endpoint.model,
    /** @throws SegueError as `Llm.complete` does */
    async embed(texts: readonly string[], signal?: AbortSignal): Promise<Float32Array[]> {
      try {
        const answer = await retrying.run(
          () =>
            withDeadline(endpoint.timeoutMs, signal, (deadline) =>
              client.embeddings.create(
                { model: endpoint.model, input: [...texts], encoding_format: 'float' },
                { signal: deadline },
              ),
            ),
          judge,
          signal,
        )
        if (answer.data?.length !== texts.length) {
          throw new Error(`asked for ${texts.length} embeddings, got ${answer.data?.length ?? 0}`)
        }
        const vectors = new Array<Float32Array>(texts.length)
        for (const { index, embedding } of answer.data) vectors[index] = normalised(embedding)
        return vectors
      } catch (error) {
        throw toSegueError(error, endpoint)
      }
    },
  }
}

const openClient = ({ baseUrl, apiKey, timeoutMs }: Endpoint) =>
  // Retries are ours: the SDK's own ignore a Retry-After over a minute and hold back only the call that was refused.
  new OpenAI({ baseURL: baseUrl, apiKey, timeout: timeoutMs, maxRetries: 0, fetch: patientFetch() })

/** The SDK's timeout ends with the headers; a body may hang too. */
async function withDeadline<T>(
  milliseconds: number,
  signal: AbortSignal | undefined,
  call: (deadline: AbortSignal) => Promise<T>,
): Promise<T> {
  const timeout = AbortSignal.timeout(milliseconds)
  try {
    return await call(signal ? AbortSignal.any([signal, timeout]) : timeout)
  } catch (error) {
    if (timeout.aborted) throw new Error(`no answer within ${milliseconds} ms`, { cause: error })
    throw error
  }
}

function judge(error: unknown): Verdict {
  if (!(error instanceof APIError) || error.status === undefined) return { retry: true }
  const status = error.status as number
  if (error.code === 'insufficient_quota') return { retry: false }
  const headers = error.headers as Headers | undefined
  const afterMs = retryAfterMs(headers?.get('retry-after'))
  if (status === 429 || status === 503) return { retry: true, afterMs, everyone: true }
  return status === 408 || status === 409 || status >= 500 ? { retry: true, afterMs } : { retry: false }
}

const isRefusal = (error: unknown) =>
  error instanceof APIError && [400, 413, 415, 422].includes(error.status ?? 0)

function toSegueError(error: unknown, { baseUrl, model }: Endpoint): SegueError {
  if (error instanceof SegueError) return error
  const where = `${model} at ${baseUrl}`
  const detail = { field: 'endpoint', cause: error }
  if (isRefusal(error)) {
    return new SegueError('invalid_request', `${where} refuses the request: ${messageOf(error)}`, detail)
  }
  if (error instanceof APIError && (error.code === 'insufficient_quota' || !judge(error).retry)) {
    return new SegueError('invalid_config', `${where} will not answer: ${messageOf(error)}`, {
      ...detail,
      expected: 'a model that this endpoint serves, and a key that may use it',
    })
  }
  return new SegueError('unavailable', `${where} does not answer: ${messageOf(error)}`, {
    ...detail,
    expected: 'an OpenAI-compatible endpoint that is up; run the same command again to go on',
  })
}

function normalised(vector: readonly number[]): Float32Array {
  const length = Math.hypot(...vector)
  return Float32Array.from(vector, (x) => (length > 0 ? x / length : 0))
}
