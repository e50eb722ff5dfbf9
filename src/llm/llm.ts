import type { TSchema } from 'typebox'

export interface Message {
  readonly role: 'system' | 'user' | 'assistant'
  readonly content: string
}

/** One question to a language model whose answer is JSON of a known shape. */
export interface LlmRequest {
  /** Names the question in journals, in batch files and as idempotency key; equal ids mean equal questions. */
  readonly customId: string
  readonly messages: readonly Message[]
  /** The answer's JSON schema, with a name of letters, digits and underscores. Bound every string and array in it. */
  readonly schema: { readonly name: string; readonly schema: TSchema }
  /** Upper bound of the answer, in tokens. */
  readonly maxTokens: number
  readonly temperature: number
}

export interface LlmUsage {
  readonly promptTokens: number
  readonly completionTokens: number
}

export interface LlmAnswer {
  readonly customId: string
  /** The text as the model gave it: not parsed, not trusted. */
  readonly content: string
  /** The model that says it answered; it may be a dated version of the one asked for. */
  readonly model: string
  readonly usage: LlmUsage
  /** Whether the answer was cut at `maxTokens`. */
  readonly truncated: boolean
  /** ISO 8601, UTC. */
  readonly at: string
}

/** A language model behind an endpoint. Batch files need none: see batch.ts. */
export interface Llm {
  readonly model: string
  /**
   * One answer, after the retries that the endpoint's faults call for.
   *
   * @throws SegueError `unavailable` when the endpoint stays down, `invalid_config` when it will never answer
   *   (unknown model, bad key), `invalid_request` when it refuses this one request
   */
  complete(request: LlmRequest, signal?: AbortSignal): Promise<LlmAnswer>
  close(): void
}
