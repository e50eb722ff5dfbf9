import { lengthBuckets } from './batcher.ts'
import type { Role } from './embedder.ts'
import { openLiveSession } from './live-session.ts'
import type { Model, Precision } from './model.ts'
import type { ProviderFailure } from './providers.ts'
import { openTokenizer } from './tokenizer.ts'

export interface Text {
  readonly text: string
  readonly role: Role
}

export interface EncodedText {
  readonly vector: Float32Array
  readonly tokens: number
  readonly truncated: boolean
  /** Milliseconds; a text in a batch waits for the whole of it. */
  readonly tokenizeMs: number
  readonly embedMs: number
}

export interface EncoderOptions {
  readonly model: Model
  /** In order of preference. */
  readonly providers: readonly string[]
  /** Refuse any provider but the first. */
  readonly strict: boolean
  /** Insist on one precision instead of the provider's best. */
  readonly precision?: Precision
  /** Largest batch that encode() is given; a GPU is warmed up for it. */
  readonly maxBatch: number
}

type Around = (run: () => Promise<Float32Array[]>) => Promise<Float32Array[]>

/** Tokenizer and session: texts in, vectors out, in the calling thread, which `encode` blocks. */
export interface Encoder {
  readonly provider: string
  readonly precision: Precision
  /** Providers that were preferred but are not live, and why. */
  readonly failures: readonly ProviderFailure[]
  /** @param around is called with each native run and must make it; for who has to know when one is on */
  encode(texts: readonly Text[], around?: Around): Promise<EncodedText[]>
  release(): Promise<void>
}

/** @throws SegueError `invalid_artefact`, `provider_unavailable` */
export async function openEncoder(options: EncoderOptions): Promise<Encoder> {
  const { model, maxBatch } = options
  const tokenizer = await openTokenizer(model.folder, model.maxTokens)
  const { session, provider, precision, failures } = await openLiveSession(options)
  // Dynamic int8 scales activations over the whole tensor: in a batch, a text's vector would depend on its neighbours.
  const alone = precision === 'int8'

  const encode = async (texts: readonly Text[], around: Around = (run) => run()): Promise<EncodedText[]> => {
    const inputs = texts.map(({ text, role }) => {
      const start = performance.now()
      const tokens = tokenizer.tokenize(model.prefixes[role] + text)
      return { ...tokens, tokenizeMs: performance.now() - start }
    })
    const groups = alone
      ? inputs.map((_, index) => [index])
      : lengthBuckets(inputs.map(({ ids }) => ids.length))
    const encoded: EncodedText[] = new Array(texts.length)
    for (const group of groups) {
      const members = group.map((index) => ({ index, input: inputs[index] as (typeof inputs)[number] }))
      const start = performance.now()
      const vectors = await around(() => session.run(members.map(({ input }) => input.ids)))
      const embedMs = performance.now() - start
      for (const [row, { index, input }] of members.entries()) {
        encoded[index] = {
          vector: vectors[row] as Float32Array,
          tokens: input.ids.length,
          truncated: input.truncated,
          tokenizeMs: input.tokenizeMs,
          embedMs,
        }
      }
    }
    return encoded
  }

  await warmUp(encode, provider === 'cpu' ? 1 : maxBatch, model.maxTokens)
  return { provider, precision, failures, encode, release: () => session.release() }
}

/** The first runs allocate, and a GPU compiles for new shapes: both extremes are run before anybody waits for them. */
async function warmUp(encode: Encoder['encode'], batch: number, maxTokens: number): Promise<void> {
  await encode([{ text: 'rainy sunday indie folk', role: 'query' }])
  if (batch > 1) {
    const long = { text: 'music '.repeat(maxTokens), role: 'document' } as const
    await encode(new Array(batch).fill(long))
  }
}
