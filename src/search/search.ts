import type { Cache } from '../cache/cache.ts'
import { cacheKey } from '../cache/key.ts'
import { singleFlight } from '../cache/single-flight.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { SegueError } from '../domain/errors.ts'
import type { Filter } from '../domain/filter.ts'
import { KINDS, type Kind } from '../domain/playlist.ts'
import { normaliseQuery } from '../domain/query.ts'
import type { Embedder } from '../embedding/embedder.ts'
import type { Retriever } from '../retrieval/retriever.ts'
import { type StageClock, stageClock, type Took } from '../telemetry/stages.ts'
import { type Hit, toHit } from './hit.ts'
import { RANKING_VERSION, rank } from './rank.ts'
import { decodeRanking, encodeRanking } from './ranking-codec.ts'
import type { MissingPart, Ranked, SearchRequest } from './request.ts'

/** The engines that a search runs on, and the settings that shape its answers. */
export interface SearchParts {
  readonly embedder: Embedder
  readonly retriever: Retriever
  readonly catalog: Catalog
  readonly cache: Cache
  readonly indexFingerprint: string
  /** Candidates from each leg for each kind. It does not depend on `limit`: a page never changes the ranking. */
  readonly depth: number
  readonly floor: number
}

/** Hits of one shelf: of one kind, or of all in one list. */
export interface Shelf {
  /** Candidates that may be paged through. */
  readonly total: number
  readonly hits: readonly Hit[]
}

export interface SearchAnswer {
  /** The form of the query that was searched. */
  readonly query: string
  readonly shelves: ReadonlyMap<Kind | 'all', Shelf>
  readonly cache: 'hit' | 'miss' | 'bypass'
  readonly degraded: readonly MissingPart[]
  readonly took: Took
}

export interface Search {
  /** @throws SegueError `query_*` for a query that cannot be searched, `overloaded`, `unavailable`, `shutting_down` */
  search(request: SearchRequest): Promise<SearchAnswer>
  /** Playlists closest in meaning to a playlist, itself left out. @throws SegueError `not_found` */
  similar(id: string, filter: Filter, limit: number): Promise<SearchAnswer>
}

interface Computed {
  readonly ranking: readonly Ranked[]
  readonly degraded: readonly MissingPart[]
}

/** The way of a query: normalise -> cache -> embed -> retrieve -> rank. */
export function createSearch(parts: SearchParts): Search {
  const { embedder, retriever, cache, depth, floor } = parts
  const once = singleFlight<Computed>()

  async function search(request: SearchRequest): Promise<SearchAnswer> {
    const clock = stageClock()
    const query = normaliseQuery(request.q)
    const answer = async (computed: Computed, state: SearchAnswer['cache']): Promise<SearchAnswer> => ({
      query,
      shelves: await clock.time('rank', async () => shelve(computed.ranking, request, query)),
      cache: state,
      degraded: computed.degraded,
      took: clock.took,
    })
    if (request.bypassCache) return answer(await compute(query, request.filter, clock), 'bypass')

    const key = cacheKey({
      ranking: `${RANKING_VERSION}/${depth}/${floor}`,
      model: embedder.info.fingerprint,
      index: parts.indexFingerprint,
      query,
      filter: request.filter,
    })
    const cached = await clock.time('cache', () => cache.get(key, decodeRanking))
    if (cached) return answer({ ranking: cached, degraded: [] }, 'hit')
    const computed = await once(key, async () => {
      const fresh = await compute(query, request.filter, clock)
      // A degraded answer must not outlive the outage.
      if (fresh.degraded.length === 0) cache.set(key, encodeRanking(fresh.ranking))
      return fresh
    })
    return answer(computed, 'miss')
  }

  async function compute(query: string, filter: Filter, clock: StageClock): Promise<Computed> {
    // Words are looked up while the model works; the stage is what retrieval takes from then on.
    let embedded = performance.now()
    const coming = embed(query, clock).finally(() => {
      embedded = performance.now()
    })
    const [vector, candidates] = await Promise.all([
      coming,
      retriever.retrieve({ text: query, vector: coming, filter, depth }),
    ])
    clock.add('retrieve', performance.now() - embedded)
    const ranking = await clock.time('rank', async () => rank(candidates, floor))
    return { ranking, degraded: vector === null ? ['dense'] : [] }
  }

  /** Null when the model cannot answer: the text leg then stands alone, and the answer says so. */
  async function embed(query: string, clock: StageClock): Promise<Float32Array | null> {
    const start = performance.now()
    try {
      const { vector, timings } = await embedder.embed(query, 'query')
      clock.add('tokenize', timings.tokenize)
      // The wait for a thread and the way there and back are part of it.
      clock.add('embed', performance.now() - start - timings.tokenize)
      return vector
    } catch (error) {
      if (error instanceof SegueError && (error.code === 'unavailable' || error.code === 'timeout'))
        return null
      throw error
    }
  }

  function shelve(
    ranking: readonly Ranked[],
    request: SearchRequest,
    query: string,
  ): Map<Kind | 'all', Shelf> {
    const explained = request.explain ? query : undefined
    const shelf = (list: readonly Ranked[]): Shelf => ({
      total: list.length,
      hits: page(list, request.offset, request.limit, explained),
    })
    if (!request.groupByKind) return new Map([['all', shelf(ranking)]])
    const kinds = request.filter.kind ? [request.filter.kind] : KINDS
    return new Map(kinds.map((kind) => [kind, shelf(ranking.filter((hit) => hit.kind === kind))]))
  }

  function page(
    list: readonly Ranked[],
    offset: number,
    limit: number,
    explained: string | undefined,
  ): Hit[] {
    const shown = list.slice(offset, offset + limit)
    const records = new Map(
      parts.catalog.get(shown.map((hit) => hit.id)).map((record) => [record.playlist.id, record]),
    )
    return shown.flatMap((hit, index) => {
      const record = records.get(hit.id)
      return record ? [toHit(hit, offset + index + 1, record, explained)] : []
    })
  }

  async function similar(id: string, filter: Filter, limit: number): Promise<SearchAnswer> {
    const clock = stageClock()
    const vector = await retriever.vector(id)
    if (!vector)
      throw new SegueError('not_found', `There is no playlist ${JSON.stringify(id)}`, { field: 'id' })
    const candidates = await clock.time('retrieve', () =>
      retriever.retrieve({ text: '', vector, filter, depth }),
    )
    const ranking = await clock.time('rank', async () => rank(candidates, 0).filter((hit) => hit.id !== id))
    const shelf = { total: ranking.length, hits: page(ranking, 0, limit, undefined) }
    return { query: '', shelves: new Map([['all', shelf]]), cache: 'bypass', degraded: [], took: clock.took }
  }

  return { search, similar }
}
