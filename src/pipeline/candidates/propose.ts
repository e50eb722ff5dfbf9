import type { Retriever } from '../../retrieval/retriever.ts'
import { queryId } from '../query-set.ts'
import { stableShuffle } from '../stable.ts'
import type { CandidatePair, Proposer } from './pair.ts'
import type { SecondRanking } from './second-endpoint.ts'

/** How many candidates each proposer may give for a query. */
export interface Quotas {
  readonly top: number
  readonly mid: number
  readonly bm25: number
  readonly second: number
}

/** Dense ranks from which `dense-mid` draws: near enough to be hard, far enough to be mostly wrong. */
const MID_RANKS = [5, 50] as const
/** BM25 ranks that are looked at. */
const BM25_RANKS = 20

export interface Query {
  readonly text: string
  readonly vector: Float32Array
  /** Playlists known to answer it; none for a query that found nothing good. */
  readonly known: ReadonlySet<string>
}

/**
 * Playlists that may answer a query or look as if they did: the first of the bi-encoder, some of its ranks 5 to 50,
 * the first by BM25 and by a second embedding model. Playlists that are known to answer it are left out, and so are
 * their near-twins: they would be false negatives.
 */
export async function proposePairs(
  query: Query,
  quotas: Quotas,
  retriever: Retriever,
  second: SecondRanking | null,
  twins: (id: string, known: ReadonlySet<string>) => boolean,
): Promise<CandidatePair[]> {
  const { text, vector, known } = query
  const found = await retriever.retrieve({ text, vector, filter: {}, depth: MID_RANKS[1] })
  const scores = new Map(found.map(({ id, dense }) => [id, dense ?? 0]))
  const open = found.filter(({ id }) => !known.has(id) && !twins(id, known))
  const byDense = [...open].sort((a, b) => (b.dense ?? -1) - (a.dense ?? -1)).map(({ id }) => id)
  const byWords = open
    .filter(({ lexical }) => lexical > 0)
    .sort((a, b) => b.lexical - a.lexical)
    .map(({ id }) => id)

  const chosen = new Map<string, Proposer>()
  const take = (source: Proposer, ids: readonly string[], quota: number) => {
    for (const id of ids.filter((candidate) => !chosen.has(candidate)).slice(0, quota)) chosen.set(id, source)
  }
  take('dense-top', byDense, quotas.top)
  take('bm25', byWords.slice(0, BM25_RANKS), quotas.bm25)
  if (second) {
    const ids = await second.rank(text, BM25_RANKS)
    take(
      'second',
      ids.filter((id) => !known.has(id) && !twins(id, known)),
      quotas.second,
    )
  }
  const [from, to] = MID_RANKS
  take(
    'dense-mid',
    stableShuffle(byDense.slice(from - 1, to), (id) => `${text}\n${id}`),
    quotas.mid,
  )

  const scoreOf = async (id: string) => scores.get(id) ?? (await cosine(retriever, vector, id))
  const knownScore = await bestCosine(retriever, vector, known)
  return Promise.all(
    [...chosen].map(async ([id, source]) => ({
      query_id: queryId(text),
      query: text,
      id,
      source,
      score: await scoreOf(id),
      known_score: knownScore,
    })),
  )
}

/** Of L2-normalised vectors; null where the index does not know the playlist. */
export async function cosine(retriever: Retriever, vector: Float32Array, id: string): Promise<number | null> {
  const other = await retriever.vector(id)
  return other?.reduce((sum, x, i) => sum + x * (vector[i] as number), 0) ?? null
}

/** The highest cosine among some playlists; null where the index knows none of them. */
export async function bestCosine(
  retriever: Retriever,
  vector: Float32Array,
  ids: Iterable<string>,
): Promise<number | null> {
  let best: number | null = null
  for (const id of ids) {
    const score = await cosine(retriever, vector, id)
    if (score !== null && score > (best ?? -2)) best = score
  }
  return best
}
