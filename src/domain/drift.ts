import { quantile } from './statistics.ts'

/**
 * Rank-biased overlap of two rankings, 1 for the same, 0 for disjoint: extrapolated from the prefixes seen, for lists
 * of unequal length too (Webber, Moffat and Zobel, TOIS 28, 2010, equation 32). At p = .9 the first ten ranks carry
 * 86 % of the weight. Two empty rankings agree; ids must not repeat within a ranking.
 */
export function rankBiasedOverlap(a: readonly string[], b: readonly string[], p = 0.9): number {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a]
  const s = short.length
  const l = long.length
  if (l === 0) return 1
  if (s === 0) return 0
  const seenShort = new Set<string>()
  const seenLong = new Set<string>()
  let overlap = 0
  let atShort = 0
  let sum = 0
  for (let depth = 1; depth <= l; depth++) {
    const fromLong = long[depth - 1] as string
    const fromShort = short[depth - 1]
    if (fromShort !== undefined) {
      seenShort.add(fromShort)
      if (seenLong.has(fromShort)) overlap++
    }
    seenLong.add(fromLong)
    if (seenShort.has(fromLong)) overlap++
    if (depth === s) atShort = overlap
    sum += (overlap / depth) * p ** depth
    // Beyond the shorter list its share of agreement is assumed to go on.
    if (depth > s) sum += ((atShort * (depth - s)) / (s * depth)) * p ** depth
  }
  return ((1 - p) / p) * sum + ((overlap - atShort) / l + atShort / s) * p ** l
}

/**
 * Population-stability index: how far a distribution has moved from a reference, over the reference's own quantile
 * bins (Siddiqi, Credit Risk Scorecards, 2006). Below .1 is taken as stable, above .25 as moved. Empty bins count as
 * half an item, so that it stays finite.
 */
export function populationStability(
  reference: readonly number[],
  current: readonly number[],
  bins = 10,
): number {
  const sorted = [...reference].sort((a, b) => a - b)
  const edges = Array.from({ length: bins - 1 }, (_, index) => quantile(sorted, (index + 1) / bins))
  const before = shares(reference, edges)
  const now = shares(current, edges)
  return before.reduce((total, share, bin) => {
    const shareNow = now[bin] as number
    return total + (shareNow - share) * Math.log(shareNow / share)
  }, 0)
}

function shares(values: readonly number[], edges: readonly number[]): number[] {
  const counts = new Array<number>(edges.length + 1).fill(0)
  for (const value of values) {
    const bin = edges.findIndex((edge) => value <= edge)
    const place = bin < 0 ? edges.length : bin
    counts[place] = (counts[place] as number) + 1
  }
  return counts.map((count) => Math.max(count, 0.5) / values.length)
}
