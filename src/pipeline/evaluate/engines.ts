import { openCache } from '../../cache/open.ts'
import { NO_BATCHING } from '../../embedding/batcher.ts'
import type { Embedder } from '../../embedding/embedder.ts'
import { defaultWorkers, openEmbedder } from '../../embedding/pool.ts'
import { type Bundle, openBundle } from '../../index-bundle/open.ts'
import { NO_ANSWER_BELOW } from '../../search/rank.ts'
import { createSearch, type Search } from '../../search/search.ts'

/** Offline work may wait: nobody listens. */
const PATIENCE_MS = 60_000
/** The service's own default (CANDIDATES). */
const DEPTH = 100

/** A model for a command: the pool of the service, with an offline command's patience. */
export function openOfflineEmbedder(modelDir: string): Promise<Embedder> {
  return openEmbedder({
    modelDir,
    workers: defaultWorkers(),
    providers: ['cpu'],
    strict: false,
    maxQueue: 4096,
    timeoutMs: PATIENCE_MS,
    batch: NO_BATCHING,
  })
}

/** A model and an index bundle with the very search that serves, its cache left out. */
export interface Engines {
  readonly embedder: Embedder
  readonly bundle: Bundle
  readonly search: Search
  close(): Promise<void>
}

/** @throws SegueError `invalid_artefact`, `incompatible_artefacts` */
export async function openEngines(modelDir: string, indexDir: string): Promise<Engines> {
  const embedder = await openOfflineEmbedder(modelDir)
  try {
    const bundle = await openBundle(indexDir, embedder.info)
    const cache = await openCache({ ttlSeconds: 1, ttlJitter: 0, memoryEntries: 0, memoryBytes: 0 })
    const search = createSearch({
      embedder,
      cache,
      retriever: bundle.retriever,
      catalog: bundle.catalog,
      indexFingerprint: bundle.manifest.fingerprint,
      depth: DEPTH,
      floor: NO_ANSWER_BELOW,
    })
    return {
      embedder,
      bundle,
      search,
      async close() {
        await cache.close()
        bundle.close()
        await embedder.close()
      },
    }
  } catch (error) {
    await embedder.close()
    throw error
  }
}

/** Every vector of a bundle, by id. */
export async function bundleVectors({ catalog, retriever }: Bundle): Promise<Map<string, Float32Array>> {
  const vectors = new Map<string, Float32Array>()
  for (const id of catalog.ids()) {
    const vector = await retriever.vector(id)
    if (vector) vectors.set(id, vector)
  }
  return vectors
}
