/** A bi-encoder embeds queries and documents by one model; some models want a prefix for each. */
export type Role = 'query' | 'document'

export interface Embedding {
  /** L2-normalised; its length is the model's dimensions. */
  readonly vector: Float32Array
  /** Word-pieces read by the model, special tokens included. */
  readonly tokens: number
  /** Whether the text was longer than the model reads. */
  readonly truncated: boolean
  /** Milliseconds. `queue` is the wait for a free worker. */
  readonly timings: { readonly queue: number; readonly tokenize: number; readonly embed: number }
}

export interface EmbedderInfo {
  readonly model: string
  readonly fingerprint: string
  readonly dimensions: number
  readonly maxTokens: number
  readonly precision: string
  /** The execution provider that is really live, by probing it; not the one asked for. */
  readonly provider: string
  readonly requestedProviders: readonly string[]
  /** Preferred providers that are not live, and why. Empty when the first is. */
  readonly providerFailures: readonly { readonly provider: string; readonly reason: string }[]
  readonly workers: number
  /** Texts that a caller with many should keep under way: they fill the workers and leave room in the queue. */
  readonly window: number
}

/** Turns text into vectors, never on the caller's event loop. */
export interface Embedder {
  readonly info: EmbedderInfo
  /**
   * @throws SegueError `overloaded` when the queue is full, `timeout`, `unavailable` when the worker died and the
   *   retry failed too, `shutting_down` after close()
   */
  embed(text: string, role: Role): Promise<Embedding>
  /** How many texts wait, how many workers are up and how many were replaced, for metrics and readiness. */
  status(): { readonly queued: number; readonly workersUp: number; readonly workersReplaced: number }
  /** Answers what is in flight, refuses what is new, then ends the workers. */
  close(): Promise<void>
}
