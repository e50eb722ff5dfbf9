import type { SearchRequest } from '../search/request.ts'
import type { SearchAnswer } from '../search/search.ts'
import { roundMs } from '../telemetry/stages.ts'
import type { Services } from './services.ts'

/** The JSON of a search answer: one list of hits, or one for each kind where the caller asked for shelves. */
export function answerBody(
  { embedder, about }: Services,
  asked: Pick<SearchRequest, 'limit' | 'offset'>,
  found: SearchAnswer,
  searchId: string,
  totalMs: number,
) {
  const all = found.shelves.get('all')
  const groups = [...found.shelves].flatMap(([kind, shelf]) => (kind === 'all' ? [] : [{ kind, ...shelf }]))
  const took = Object.fromEntries(Object.entries(found.took).map(([stage, ms]) => [stage, roundMs(ms)]))
  return {
    searchId,
    query: found.query,
    ...(all ? { hits: all.hits, total: all.total } : { groups }),
    limit: asked.limit,
    offset: asked.offset,
    took: { ...took, total: roundMs(totalMs) },
    model: label(embedder.info.model, embedder.info.fingerprint),
    index: label(about.index.name, about.index.fingerprint),
    cache: found.cache,
    degraded: found.degraded,
  }
}

/** Name and the first characters of the fingerprint: enough to tell two versions apart in a log. */
export const label = (name: string, fingerprint: string): string => `${name}@${fingerprint.slice(0, 12)}`
