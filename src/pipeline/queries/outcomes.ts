import type { EventRecord, LogRecord } from '../../events/event.ts'

/** What became of one playlist that one search showed. */
export interface Outcome {
  clicked: boolean
  saved: boolean
  skipped: boolean
  /** Seconds played, all plays together. */
  seconds: number
  position: number | undefined
  user: string | undefined
}

/** Outcomes by searchId, then by playlist. */
export type Outcomes = Map<string, Map<string, Outcome>>

/** Gathers the events of a log. Impressions say nothing that the search record does not, so they take no memory. */
export async function gatherOutcomes(
  records: AsyncIterable<LogRecord> | Iterable<LogRecord>,
): Promise<Outcomes> {
  const outcomes: Outcomes = new Map()
  for await (const record of records) {
    if (record.type === 'search' || record.type === 'impression') continue
    const ofSearch = outcomes.get(record.searchId) ?? new Map<string, Outcome>()
    outcomes.set(record.searchId, ofSearch)
    const before = ofSearch.get(record.playlistId)
    ofSearch.set(record.playlistId, withEvent(before, record))
  }
  return outcomes
}

function withEvent(before: Outcome | undefined, { type, seconds, position, user }: EventRecord): Outcome {
  return {
    clicked: (before?.clicked ?? false) || type === 'click' || type === 'play',
    saved: (before?.saved ?? false) || type === 'save',
    skipped: (before?.skipped ?? false) || type === 'skip',
    seconds: (before?.seconds ?? 0) + (seconds ?? 0),
    position: before?.position ?? position,
    user: before?.user ?? user,
  }
}

export type Verdict = 'kept' | 'clicked' | 'refused' | 'nothing'

/**
 * How the listener took it. Saved or played for long is `kept`, whatever else happened; a click with a skip is a
 * mistake or a disappointment: `refused`.
 */
export function verdictOf({ saved, seconds, clicked, skipped }: Outcome, dwellSeconds: number): Verdict {
  if (saved || seconds >= dwellSeconds) return 'kept'
  if (skipped) return 'refused'
  return clicked ? 'clicked' : 'nothing'
}
