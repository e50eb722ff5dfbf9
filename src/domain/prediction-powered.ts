import { mean } from './statistics.ts'

export interface PoweredEstimate {
  readonly estimate: number
  readonly low: number
  readonly high: number
  /** How far the judge's word was trusted: 0 not at all (the human sample alone), 1 fully. */
  readonly lambda: number
}

const Z95 = 1.959963984540054

/**
 * A mean over many items that only a model judged, corrected by the few that people judged too: the model's mean
 * plus what it gets wrong on the human sample (prediction-powered inference, Angelopoulos et al., Science 382, 2023).
 * The weight lambda is tuned so that the interval is never wider than without the model (PPI++, arXiv:2311.01453).
 * The human sample must be drawn at random from the same population.
 *
 * @param human people's values; `judge` the model's for the same items; `judgeOnly` the model's for all other items
 */
export function predictionPoweredMean(
  human: readonly number[],
  judge: readonly number[],
  judgeOnly: readonly number[],
): PoweredEstimate {
  const n = human.length
  const size = judgeOnly.length
  if (n < 2 || judge.length !== n || size < 2) {
    throw new RangeError('needs at least two items judged by both and two by the model alone')
  }
  const all = [...judge, ...judgeOnly]
  const trust = covariance(human, judge) / ((1 + n / size) * variance(all, 1))
  const lambda = Number.isFinite(trust) ? Math.min(1, Math.max(0, trust)) : 0
  const errors = human.map((value, index) => value - lambda * (judge[index] as number))
  const estimate = lambda * mean(judgeOnly) + mean(errors)
  const spread = Math.sqrt((lambda ** 2 * variance(judgeOnly, 0)) / size + variance(errors, 0) / n)
  return { estimate, low: estimate - Z95 * spread, high: estimate + Z95 * spread, lambda }
}

function covariance(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [mean(a), mean(b)]
  return (
    a.reduce((total, value, index) => total + (value - meanA) * ((b[index] as number) - meanB), 0) / a.length
  )
}

function variance(values: readonly number[], ddof: number): number {
  const centre = mean(values)
  return values.reduce((total, value) => total + (value - centre) ** 2, 0) / (values.length - ddof)
}
