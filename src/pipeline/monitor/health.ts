import type { PlaylistRecord } from '../../catalog/catalog.ts'
import type { Facets } from '../../domain/curation.ts'
import { playlistText } from '../../domain/document.ts'
import { normaliseQuery } from '../../domain/query.ts'
import { sample, seededRandom } from '../../domain/random.ts'
import { mean } from '../../domain/statistics.ts'
import type { Engines } from '../engines.ts'
import { bundleVectors, graphSearch } from '../evaluate/engines.ts'
import { dot, exactNeighbours } from '../evaluate/exact.ts'

const NEIGHBOURS = 10
const SAMPLED_PLAYLISTS = 64
const SEED = 7

/** Mean share of the exact ten nearest playlists that the graphs find. */
export async function annRecall({ embedder, bundle }: Engines, queries: readonly string[]): Promise<number> {
  const vectors = await bundleVectors(bundle)
  const nearest = graphSearch(bundle)
  const shares: number[] = []
  for (const query of queries) {
    const { vector } = await embedder.embed(normaliseQuery(query), 'query')
    const exact = exactNeighbours(vectors, vector, NEIGHBOURS)
    const found = new Set(nearest(vector, NEIGHBOURS))
    shares.push(exact.filter((id) => found.has(id)).length / exact.length)
  }
  return mean(shares)
}

/**
 * Whether the index still holds what model and text builder make of its playlists: the mean cosine of the stored
 * vectors of a sample with those of their texts embedded now. It needs no history: a wrong model, shuffled vectors
 * or a changed text builder show at the first run.
 */
export async function selfSimilarity({ embedder, bundle }: Engines): Promise<number> {
  const { catalog, retriever } = bundle
  const cosines: number[] = []
  for (const record of catalog.get(sample(catalog.ids(), SAMPLED_PLAYLISTS, seededRandom(SEED)))) {
    const stored = await retriever.vector(record.playlist.id)
    const fresh = await Promise.all(textsOf(record).map((text) => embedder.embed(text, 'document')))
    cosines.push(Math.max(...fresh.map(({ vector }) => (stored ? dot(stored, vector) : -1))))
  }
  return mean(cosines)
}

/** The record does not say whether its title was found informative, so both orders are tried. */
function textsOf({ playlist, summary, facets }: PlaylistRecord): string[] {
  if (summary === null) return [playlistText(playlist)]
  const curation = { ...(facets as Mutable), id: playlist.id, description: summary, confidence: 1 }
  return [true, false].map((title_informative) => playlistText(playlist, { ...curation, title_informative }))
}

/** The facets as a curation has them. */
type Mutable = { -readonly [Name in keyof Facets]: string[] }
