import { sample, seededRandom } from '../../domain/random.ts'
import { readLog } from '../../events/read.ts'
import type { Traffic } from './snapshot.ts'

/** Enough for deciles, small enough for a line of history. */
const KEPT_SCORES = 1000
const SEED = 13

/**
 * What listeners got, from the behaviour log: searches for the first page only, since paging on is no new answer.
 *
 * @param since ISO 8601; earlier searches are left out. Null when the log has no search
 */
export async function readTraffic(source: string, lowScore: number, since?: string): Promise<Traffic | null> {
  let searches = 0
  let empty = 0
  let low = 0
  let degraded = 0
  const scores: number[] = []
  for await (const record of readLog(source)) {
    if (record.type !== 'search' || record.offset > 0 || (since && record.at < since)) continue
    searches++
    if (record.hits.length === 0) empty++
    if (record.degraded.length > 0) degraded++
    if (record.topScore !== null) {
      scores.push(record.topScore)
      if (record.topScore < lowScore) low++
    }
  }
  if (searches === 0) return null
  return {
    searches,
    emptyShare: empty / searches,
    lowShare: low / searches,
    degradedShare: degraded / searches,
    topScores: sample(scores, KEPT_SCORES, seededRandom(SEED)),
  }
}
