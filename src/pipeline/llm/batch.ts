import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import type { LlmAnswer, LlmRequest } from '../../llm/llm.ts'
import { responseFormat } from '../../llm/response-format.ts'
import { readJsonl, reportBadRow } from '../jsonl.ts'

/** One line of an OpenAI Batch API input file. */
export function batchRequest(request: LlmRequest, model: string) {
  return {
    custom_id: request.customId,
    method: 'POST',
    url: '/v1/chat/completions',
    body: {
      model,
      messages: request.messages,
      max_tokens: request.maxTokens,
      temperature: request.temperature,
      response_format: responseFormat('json_schema', request.schema),
    },
  }
}

export const BatchRequest = Type.Object({
  custom_id: Type.String({ minLength: 1 }),
  body: Type.Object({ messages: Type.Array(Type.Object({ role: Type.String(), content: Type.String() })) }),
})

/** The part of an OpenAI Batch API output line that is read; servers add fields of their own. */
const BatchResponse = Type.Object({
  custom_id: Type.String({ minLength: 1 }),
  response: Type.Union([
    Type.Null(),
    Type.Object({ status_code: Type.Optional(Type.Integer()), body: Type.Unknown() }),
  ]),
  error: Type.Optional(Type.Unknown()),
})

const ChatCompletion = Type.Object({
  model: Type.Optional(Type.String()),
  created: Type.Optional(Type.Number()),
  choices: Type.Array(
    Type.Object({
      finish_reason: Type.Optional(Type.Union([Type.String(), Type.Null()])),
      message: Type.Object({ content: Type.Union([Type.String(), Type.Null()]) }),
    }),
    { minItems: 1 },
  ),
  usage: Type.Optional(
    Type.Object({
      prompt_tokens: Type.Optional(Type.Integer({ minimum: 0 })),
      completion_tokens: Type.Optional(Type.Integer({ minimum: 0 })),
    }),
  ),
})

const completion = Compile(ChatCompletion)

export type BatchResult =
  | { readonly answer: LlmAnswer }
  | { readonly customId: string; readonly error: string }

/**
 * The answers of an OpenAI Batch API output file. A line that carries an error instead of an answer is given as such.
 *
 * @throws SegueError `invalid_input` with file and line where a line is no batch response
 */
export async function* readBatchResponses(file: string): AsyncGenerator<BatchResult> {
  for await (const { value, line } of readJsonl(file, BatchResponse)) {
    const customId = value.custom_id
    const status = value.response?.status_code ?? 200
    const body = value.response?.body
    if (value.error || value.response === null || status >= 400) {
      yield {
        customId,
        error: `status ${status}: ${JSON.stringify(value.error ?? body ?? null).slice(0, 300)}`,
      }
      continue
    }
    if (!completion.Check(body)) {
      reportBadRow({ file, line, reason: '/response/body is not a chat completion with a choice' }, {})
      continue
    }
    const choice = body.choices[0]
    yield {
      answer: {
        customId,
        content: choice?.message.content ?? '',
        model: body.model ?? 'unknown',
        usage: {
          promptTokens: body.usage?.prompt_tokens ?? 0,
          completionTokens: body.usage?.completion_tokens ?? 0,
        },
        truncated: choice?.finish_reason === 'length',
        at: new Date((body.created ?? Date.now() / 1000) * 1000).toISOString(),
      },
    }
  }
}

/** A line of a batch output file, for answers that were recorded elsewhere. */
export function batchResponse(customId: string, content: string, model: string, created: number) {
  return {
    id: `recorded-${customId}`,
    custom_id: customId,
    response: {
      status_code: 200,
      request_id: '',
      body: {
        object: 'chat.completion',
        created,
        model,
        choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }],
        usage: { prompt_tokens: 0, completion_tokens: 0 },
      },
    },
    error: null,
  }
}
