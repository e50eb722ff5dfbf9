import type { QueryPair } from '../query-set.ts'

/** What listeners did with one playlist as an answer to one query. */
export interface Evidence {
  /** The best weight of each listener who clicked. */
  readonly byUser: Map<string, number>
  /** Whether one of them stayed: played it for long, or saved it. */
  kept: boolean
}

export interface ChoiceOptions {
  /** Listeners who must have clicked where nobody stayed. */
  readonly minClickers?: number | undefined
  /**
   * Weight that their clicks must reach together. By the default two listeners are enough from the second rank on, and
   * at the first, where a click is owed to the place as much as to the playlist, it takes three.
   */
  readonly minWeight?: number | undefined
  readonly maxPerQuery?: number | undefined
  /** Popular playlists are clicked for every query; so many queries they may have. */
  readonly maxPerPlaylist?: number | undefined
}

/** Evidence by query, then by playlist. */
export type EvidenceByQuery = ReadonlyMap<string, ReadonlyMap<string, Evidence>>

/**
 * The pairs that enough listeners stand behind, within the caps; the heaviest of a query first. `unsure` and `capped`
 * count what is left out.
 */
export function pairsFromEvidence(
  evidence: EvidenceByQuery,
  { minClickers = 2, minWeight = 0.6, maxPerQuery = 20, maxPerPlaylist = 200 }: ChoiceOptions,
): { pairs: QueryPair[]; unsure: number; capped: number } {
  let unsure = 0
  let capped = 0
  const sure: QueryPair[] = []
  for (const [query, ofQuery] of evidence) {
    const pairs: QueryPair[] = []
    for (const [id, { byUser, kept }] of ofQuery) {
      // Each listener who did not merely follow the rank is a chance that the pair is right: 1 - all are wrong.
      const weight = 1 - [...byUser.values()].reduce((wrong, each) => wrong * (1 - each), 1)
      if (!kept && (byUser.size < minClickers || weight < minWeight)) {
        unsure++
        continue
      }
      pairs.push({ query, id, source: 'logs', intent: kept ? 'played' : 'clicked', weight })
    }
    capped += Math.max(0, pairs.length - maxPerQuery)
    sure.push(...pairs.sort(byWeight).slice(0, maxPerQuery))
  }
  const taken = new Map<string, number>()
  const within = new Set(
    [...sure].sort(byWeight).filter(({ id }) => {
      const n = (taken.get(id) ?? 0) + 1
      taken.set(id, n)
      return n <= maxPerPlaylist
    }),
  )
  capped += sure.length - within.size
  return { pairs: sure.filter((pair) => within.has(pair)), unsure, capped }
}

/** Heaviest first; ties by name, so that a log always gives the same pairs. */
function byWeight(a: QueryPair, b: QueryPair): number {
  return b.weight - a.weight || compare(a.id, b.id) || compare(a.query, b.query)
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b))
