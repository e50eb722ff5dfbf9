import { openCache } from '../../cache/open.ts'
import { KINDS } from '../../domain/playlist.ts'
import { trecOrder } from '../../domain/relevance.ts'
import type { Bundle } from '../../index-bundle/open.ts'
import { NO_ANSWER_BELOW } from '../../search/rank.ts'
import { CANDIDATES } from '../../search/request.ts'
import { createSearch, type Search } from '../../search/search.ts'
import { type Engines, openEngines } from '../engines.ts'

/** A model and an index bundle with the very search that serves, its cache left out. */
export interface SearchEngines extends Engines {
  readonly search: Search
}

/** @throws SegueError `invalid_artefact`, `incompatible_artefacts` */
export async function openSearchEngines(modelDir: string, indexDir: string): Promise<SearchEngines> {
  return withSearch(await openEngines(modelDir, indexDir))
}

/**
 * Puts the service's search on engines that are open already.
 *
 * @param floor the service's MIN_SCORE
 */
export async function withSearch(engines: Engines, floor = NO_ANSWER_BELOW): Promise<SearchEngines> {
  const { embedder, bundle } = engines
  const cache = await openCache({ ttlSeconds: 1, ttlJitter: 0, memoryEntries: 0, memoryBytes: 0 })
  const search = createSearch({
    embedder,
    cache,
    retriever: bundle.retriever,
    catalog: bundle.catalog,
    indexFingerprint: bundle.manifest.fingerprint,
    depth: CANDIDATES,
    floor,
  })
  return { ...engines, search }
}

/** The ids that a bundle's graphs find nearest to a vector, the best first. */
export function graphSearch({ catalog, graphs }: Bundle): (vector: Float32Array, depth: number) => string[] {
  const ids = catalog.ids()
  return (vector, depth) => {
    const found = KINDS.flatMap((kind) => [...graphs[kind].search(vector, depth)])
    return trecOrder(found.map(([row, score]) => ({ id: ids[row - 1] as string, score }))).slice(0, depth)
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
