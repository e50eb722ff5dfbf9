import { queryId } from '../query-set.ts'
import { stableUnit } from '../stable.ts'
import type { CandidatePair } from './pair.ts'

/**
 * Pairs whose grade is known beforehand, mixed in at a rate of the queries: a playlist that answers the query (should
 * get 2 or 3), and a gullibility probe, a playlist chosen at random that will be shown with the query pasted into its
 * title (should get 0).
 *
 * @param strangers ids to draw probes from
 */
export function controlPairs(
  query: string,
  known: ReadonlySet<string>,
  knownScore: number | null,
  strangers: readonly string[],
  rate: number,
  related: (id: string) => boolean,
): CandidatePair[] {
  const pair = (id: string, source: 'known' | 'probe', score: number | null): CandidatePair => ({
    query_id: queryId(query),
    query,
    id,
    source,
    score,
    known_score: knownScore,
  })
  const pairs: CandidatePair[] = []
  const [first] = known
  if (first !== undefined && stableUnit(`known\n${query}`) < rate)
    pairs.push(pair(first, 'known', knownScore))
  if (stableUnit(`probe\n${query}`) < rate) {
    for (let attempt = 0; attempt < 10; attempt++) {
      const at = Math.floor(stableUnit(`stranger ${attempt}\n${query}`) * strangers.length)
      const id = strangers[at]
      if (id === undefined || known.has(id) || related(id)) continue
      pairs.push(pair(id, 'probe', null))
      break
    }
  }
  return pairs
}
