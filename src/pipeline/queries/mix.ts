import { folded } from '../curate/names.ts'
import { foldQuery, type QueryPair, type Source } from '../query-set.ts'
import { stableShuffle } from '../stable.ts'

/** Shares of the whole above which a source is thinned; a source that is not named is kept whole. */
export type SourceShares = Readonly<Partial<Record<Source, number>>>

export interface MixReport {
  /** After the consistency filter. */
  readonly consistent: Readonly<Record<string, number>>
  readonly kept: Readonly<Record<string, number>>
  /** Pairs that another source had too. */
  readonly repeated: number
  readonly thinnedBySource: number
  readonly thinnedByTitle: number
}

/** What listeners did counts more than what a model wrote, and that more than templates. */
const PRECEDENCE: readonly Source[] = ['logs', 'llm', 'metadata']

/**
 * One set of pairs from all sources: each pair once, no source above its share, and at most `titleShare` of the pairs
 * with the playlist's exact title, or a model learns to match titles. What is left out is chosen by a stable hash.
 */
export function mixPairs(
  pairs: readonly QueryPair[],
  titles: ReadonlyMap<string, string>,
  shares: SourceShares,
  titleShare: number,
): { readonly pairs: QueryPair[]; readonly report: MixReport } {
  const unique = new Map<string, QueryPair>()
  for (const source of PRECEDENCE) {
    for (const pair of pairs) {
      const key = pairKey(pair)
      if (pair.source === source && !unique.has(key)) unique.set(key, pair)
    }
  }
  const shared = underShares([...unique.values()], shares)
  const mixed = underTitleShare(shared, titles, titleShare)
  return {
    pairs: mixed,
    report: {
      consistent: countBySource(pairs),
      kept: countBySource(mixed),
      repeated: pairs.length - unique.size,
      thinnedBySource: unique.size - shared.length,
      thinnedByTitle: shared.length - mixed.length,
    },
  }
}

function underShares(pairs: readonly QueryPair[], shares: SourceShares): QueryPair[] {
  const bySource = new Map<Source, QueryPair[]>()
  for (const pair of pairs) bySource.set(pair.source, [...(bySource.get(pair.source) ?? []), pair])
  const kept = new Map([...bySource].map(([source, list]) => [source, list.length]))
  // Thinning one source lowers what another may have: repeat until nothing changes.
  for (let changed = true; changed; ) {
    changed = false
    for (const [source, count] of kept) {
      const share = shares[source]
      if (share === undefined || share >= 1) continue
      const others = [...kept].reduce((sum, [other, n]) => (other === source ? sum : sum + n), 0)
      const most = Math.floor((others * share) / (1 - share))
      // A source that is alone is no mixture.
      if (others > 0 && count > most) {
        kept.set(source, most)
        changed = true
      }
    }
  }
  return [...bySource].flatMap(([source, list]) => stableShuffle(list, pairKey).slice(0, kept.get(source)))
}

function underTitleShare(
  pairs: readonly QueryPair[],
  titles: ReadonlyMap<string, string>,
  share: number,
): QueryPair[] {
  const holds = (pair: QueryPair) => {
    const title = folded(titles.get(pair.id) ?? '')
    return title.trim() !== '' && folded(pair.query).includes(title)
  }
  const titled: QueryPair[] = []
  const free: QueryPair[] = []
  for (const pair of pairs) (holds(pair) ? titled : free).push(pair)
  const most = share >= 1 ? titled.length : Math.floor((free.length * share) / (1 - share))
  const order = (pair: QueryPair) => PRECEDENCE.indexOf(pair.source)
  const chosen = stableShuffle(titled, pairKey).sort((a, b) => order(a) - order(b))
  return [...free, ...chosen.slice(0, most)]
}

const pairKey = (pair: QueryPair) => `${foldQuery(pair.query)}\t${pair.id}`

/** Pairs of each source. */
export function countBySource(pairs: readonly QueryPair[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { source } of pairs) counts[source] = (counts[source] ?? 0) + 1
  return counts
}
