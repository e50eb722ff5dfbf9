import type { LogRecord, SearchRecord } from '../../events/event.ts'
import { foldQuery, type QueryPair } from '../query-set.ts'
import { type ChoiceOptions, type Evidence, pairsFromEvidence } from './evidence.ts'
import { type LowOptions, type LowQuery, lowPerforming, type QueryCounts } from './low-performing.ts'
import { gatherOutcomes, type Outcome, verdictOf } from './outcomes.ts'

export interface LogPairOptions extends LowOptions, ChoiceOptions {
  /** Seconds of play after which one listener's word is enough. */
  readonly dwellSeconds?: number | undefined
  /** Exponent of the position bias: a hit at rank k is looked at k^-bias as often as the first. */
  readonly positionBias?: number | undefined
  /** Rank from which clicks count no more: unclipped, one click on page ten outweighs everything. */
  readonly positionClip?: number
}

export interface LogPairs {
  /** Best first within a query. */
  readonly pairs: QueryPair[]
  readonly low: LowQuery[]
  readonly report: LogPairReport
}

export interface LogPairReport {
  readonly searches: number
  /** Searches narrowed to owners or facets: what was clicked answers the filter as much as the query. */
  readonly narrowed: number
  /** Events on playlists that their search had not shown. */
  readonly unshown: number
  /** Pairs that too few listeners stand behind, or only such as took what came first. */
  readonly unsure: number
  /** Pairs over a cap. */
  readonly capped: number
}

/** Listeners without an id count as one together: they cannot be told from one who clicks often. */
const NOBODY = ''

/**
 * <query, clicked playlist> pairs and low-performing queries from a behaviour log. A pair needs two distinct
 * listeners who clicked (three at the first rank), or one who stayed (played for long, or saved). Its weight grows with
 * the number of listeners and with the rank: a click on the first hit is partly owed to its place, so clicks are weighed
 * by the inverse of how often their rank is looked at (clipped inverse propensity: Joachims, Swaminathan and Schnabel,
 * WSDM 2017).
 *
 * @param read gives the log's records from the start, each time it is called: it is called twice, since files of
 *   several processes hold events before their searches. Events are kept in memory meanwhile, searches are not
 */
export async function pairsFromLog(
  read: () => AsyncIterable<LogRecord> | Iterable<LogRecord>,
  options: LogPairOptions = {},
): Promise<LogPairs> {
  const { dwellSeconds = 30, positionBias = 0.5, positionClip = 10 } = options
  const outcomes = await gatherOutcomes(read())
  const clicksAreLogged = outcomes.size > 0
  const evidence = new Map<string, Map<string, Evidence>>()
  const counts = new Map<string, QueryCounts>()
  const isNew = recentlyUnseen()
  let searches = 0
  let narrowed = 0
  let unshown = 0

  const weightAt = (rank: number) => (Math.min(rank, positionClip) / positionClip) ** positionBias

  function learn(search: SearchRecord, query: string, id: string, outcome: Outcome): boolean {
    const place = search.hits.indexOf(id)
    if (place < 0) {
      unshown++
      return false
    }
    const verdict = verdictOf(outcome, dwellSeconds)
    if (verdict !== 'kept' && verdict !== 'clicked') return false
    if (isNarrowed(search)) return true
    const user = outcome.user ?? search.user ?? NOBODY
    const weight = weightAt(outcome.position ?? search.offset + place + 1)
    const ofQuery = evidence.get(query) ?? new Map<string, Evidence>()
    evidence.set(query, ofQuery)
    const found = ofQuery.get(id) ?? { byUser: new Map<string, number>(), kept: false }
    found.byUser.set(user, Math.max(weight, found.byUser.get(user) ?? 0))
    found.kept ||= verdict === 'kept'
    ofQuery.set(id, found)
    return true
  }

  for await (const record of read()) {
    if (record.type !== 'search' || !isNew(record.searchId)) continue
    searches++
    if (isNarrowed(record)) narrowed++
    const query = foldQuery(record.query)
    const ofSearch = [...(outcomes.get(record.searchId) ?? [])]
    const taken = ofSearch.filter(([id, outcome]) => learn(record, query, id, outcome)).length > 0
    if (!isNarrowed(record)) count(counts, query, record, taken)
  }
  const { pairs, unsure, capped } = pairsFromEvidence(evidence, options)
  return {
    pairs,
    low: lowPerforming(counts, clicksAreLogged, options),
    report: { searches, narrowed, unshown, unsure, capped },
  }
}

const isNarrowed = ({ filter }: SearchRecord): boolean =>
  [filter.owners, filter.eras, filter.genres, filter.moods, filter.activities].some(Boolean)

function count(counts: Map<string, QueryCounts>, query: string, search: SearchRecord, taken: boolean): void {
  // An outage is no fault of the query.
  if (search.degraded.length > 0) return
  const of = counts.get(query) ?? { searches: 0, taken: 0, empty: 0, scores: 0, scored: 0, users: new Set() }
  counts.set(query, of)
  if (taken) of.taken++
  // A later page is the same search.
  if (search.offset > 0) return
  of.searches++
  if (search.hits.length === 0) of.empty++
  if (search.topScore !== null) {
    of.scores += search.topScore
    of.scored++
  }
  of.users.add(search.user ?? NOBODY)
}

/** Whether an id is new, as far as the last ten thousand tell: a write tried again repeats searches close by. */
function recentlyUnseen(memory = 10_000): (id: string) => boolean {
  const seen = new Set<string>()
  return (id) => {
    if (seen.has(id)) return false
    seen.add(id)
    const [oldest] = seen
    if (seen.size > memory && oldest !== undefined) seen.delete(oldest)
    return true
  }
}
