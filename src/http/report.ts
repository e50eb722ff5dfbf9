import type { FastifyRequest } from 'fastify'
import type { SearchRequest } from '../search/request.ts'
import type { SearchAnswer } from '../search/search.ts'
import type { Services } from './services.ts'

/** Any id that stays the same for a listener; the behaviour log keeps a salted hash of it, the log nothing. */
export const USER_HEADER = 'x-segue-user'

/** Tells of an answered search: to the metrics, the log, and the behaviour log where one is kept. */
export function reportSearch(
  { metrics, events, logQueries }: Services,
  request: FastifyRequest,
  asked: SearchRequest,
  found: SearchAnswer,
  searchId: string,
  totalMs: number,
): void {
  const { took, cache, degraded, query } = found
  const hits = [...found.shelves.values()].flatMap((shelf) => shelf.hits)
  const first = hits.filter((hit) => hit.rank === 1).map((hit) => hit.score)
  // Only a first page shows what the best hit is; later pages say nothing of the answer's quality.
  const topScore = first.length > 0 ? Math.max(...first) : null
  metrics.search({ took, cache, degraded, firstPage: asked.offset === 0, topScore })
  request.log[degraded.length > 0 ? 'warn' : 'info'](
    {
      searchId,
      took: { ...took, total: totalMs },
      cache,
      degraded,
      hits: hits.length,
      topScore,
      ...(logQueries ? { query } : {}),
    },
    'search',
  )
  if (!events.enabled) return
  const user = request.headers[USER_HEADER]
  events.recordSearch({
    searchId,
    query,
    filter: asked.filter,
    group: asked.groupByKind,
    offset: asked.offset,
    hits: hits.map((hit) => hit.id),
    topScore,
    degraded: [...degraded],
    ...(typeof user === 'string' && user !== '' ? { user } : {}),
  })
}
