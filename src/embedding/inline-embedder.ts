import { NO_BATCHING } from './batcher.ts'
import type { Embedder } from './embedder.ts'
import { openEncoder } from './encoder.ts'
import { openModel, type Precision } from './model.ts'
import { checkProviders } from './providers.ts'

/**
 * The same embedder in the calling thread, which each call blocks: bare inference, for benchmarks and for commands
 * that do nothing else meanwhile.
 *
 * @throws SegueError `invalid_artefact`, `invalid_config`, `provider_unavailable`
 */
export async function openInlineEmbedder(options: {
  readonly modelDir: string
  readonly providers?: readonly string[]
  readonly precision?: Precision
}): Promise<Embedder> {
  const providers = options.providers ?? ['cpu']
  checkProviders(providers)
  const model = await openModel(options.modelDir)
  const encoder = await openEncoder({
    model,
    providers,
    strict: false,
    maxBatch: NO_BATCHING.max,
    ...(options.precision ? { precision: options.precision } : {}),
  })
  return {
    info: {
      model: model.name,
      fingerprint: model.fingerprint,
      dimensions: model.dimensions,
      maxTokens: model.maxTokens,
      precision: encoder.precision,
      provider: encoder.provider,
      requestedProviders: providers,
      providerFailures: encoder.failures,
      workers: 0,
      window: 1,
    },
    async embed(text, role) {
      const [result] = await encoder.encode([{ text, role }])
      if (!result) throw new Error('The encoder gave no vector')
      const { vector, tokens, truncated, tokenizeMs, embedMs } = result
      return { vector, tokens, truncated, timings: { queue: 0, tokenize: tokenizeMs, embed: embedMs } }
    },
    status: () => ({ queued: 0, workersUp: 1, workersReplaced: 0 }),
    close: () => encoder.release(),
  }
}
