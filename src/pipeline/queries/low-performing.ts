import { queryId } from '../query-set.ts'
import { WEAK_BELOW } from '../weak-score.ts'

export interface LowOptions {
  /** A query asked less often says nothing. */
  readonly minSearches?: number | undefined
  /** A query of fewer listeners may be personal, and is left out. */
  readonly minUsers?: number
  /** Mean top score below which the answers are thought weak. */
  readonly lowScore?: number
}

/** How the answers of one query fared; counted over first pages that no outage had touched. */
export interface QueryCounts {
  searches: number
  /** Searches of which a playlist was opened, played or saved. */
  taken: number
  empty: number
  scores: number
  scored: number
  readonly users: Set<string>
}

export const LOW_REASONS = ['empty', 'low_score', 'no_click'] as const
export type LowReason = (typeof LOW_REASONS)[number]

/** A query that the index or the model answers badly: a row of queries.jsonl that the labeller starts from. */
export interface LowQuery {
  readonly _id: string
  readonly text: string
  readonly source: 'logs'
  readonly intent: 'low-performing'
  readonly reasons: readonly LowReason[]
  readonly searches: number
  readonly users: number
  readonly meanTopScore: number | null
}

/**
 * Queries asked often whose answers were mostly empty, weak, or taken up by nobody; most asked first.
 *
 * @param clicksAreLogged false where the log holds no click at all: that nobody clicks then means nothing
 */
export function lowPerforming(
  counts: ReadonlyMap<string, QueryCounts>,
  clicksAreLogged: boolean,
  options: LowOptions = {},
): LowQuery[] {
  const { minSearches = 5, minUsers = 2, lowScore = WEAK_BELOW } = options
  const low: LowQuery[] = []
  for (const [text, { searches, taken, empty, scores, scored, users }] of counts) {
    if (searches < minSearches || users.size < minUsers) continue
    const mean = scored > 0 ? scores / scored : null
    const reasons: LowReason[] = [
      ...(empty * 2 > searches ? (['empty'] as const) : []),
      ...(mean !== null && mean < lowScore ? (['low_score'] as const) : []),
      ...(clicksAreLogged && taken === 0 ? (['no_click'] as const) : []),
    ]
    if (reasons.length === 0) continue
    low.push({
      _id: queryId(text),
      text,
      source: 'logs',
      intent: 'low-performing',
      reasons,
      searches,
      users: users.size,
      meanTopScore: mean,
    })
  }
  return low.sort((a, b) => b.searches - a.searches || (a._id < b._id ? -1 : 1))
}
