import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { bootstrapMean, holm, mean, quantile, randomisationTest } from '../../src/domain/statistics.ts'

const reference = JSON.parse(
  readFileSync(new URL('./fixtures/statistics.json', import.meta.url), 'utf8'),
) as {
  bootstrap: { values: number[]; low: number; high: number }[]
  randomisation: { differences: number[]; p: number }[]
  holm: { p: number[]; holm: number[] }[]
}

describe('bootstrapMean', () => {
  it('agrees with scipy within the noise of resampling', () => {
    for (const { values, low, high } of reference.bootstrap) {
      const interval = bootstrapMean(values)
      expect(interval.mean).toBe(mean(values))
      expect(Math.abs(interval.low - low)).toBeLessThan(0.01)
      expect(Math.abs(interval.high - high)).toBeLessThan(0.01)
    }
  })

  it('is the same on every run and differs with the seed', () => {
    const values = [1, 0, 0.5, 0, 1, 0.25, 0, 1]
    expect(bootstrapMean(values)).toEqual(bootstrapMean(values))
    expect(bootstrapMean(values, undefined, 1)).not.toEqual(bootstrapMean(values, undefined, 2))
  })

  it('is wider where values of one group say the same', () => {
    const values = Array.from({ length: 100 }, (_, index) => (Math.floor(index / 10) % 2 === 0 ? 1 : 0))
    const groups = values.map((_, index) => `group ${Math.floor(index / 10)}`)
    const alone = bootstrapMean(values)
    const grouped = bootstrapMean(values, groups)
    expect(grouped.mean).toBe(alone.mean)
    expect(grouped.high - grouped.low).toBeGreaterThan(2 * (alone.high - alone.low))
  })

  it('says NaN of nothing', () => {
    expect(bootstrapMean([]).mean).toBeNaN()
  })
})

describe('randomisationTest', () => {
  it('agrees with the exact permutation test of scipy', () => {
    for (const { differences, p } of reference.randomisation) {
      expect(Math.abs(randomisationTest(differences) - p)).toBeLessThan(0.015)
    }
  })

  it('is 1 for no difference and never 0', () => {
    expect(randomisationTest([0, 0, 0])).toBe(1)
    expect(randomisationTest(new Array(200).fill(0.3))).toBeCloseTo(1 / 10_001, 10)
  })

  it('takes one group as one observation', () => {
    const differences = new Array(40).fill(0.2)
    expect(randomisationTest(differences, new Array(40).fill('one'))).toBe(1)
  })
})

describe('holm', () => {
  it.each(reference.holm)('agrees with statsmodels on $p', ({ p, holm: expected }) => {
    holm(p).forEach((value, index) => {
      expect(value).toBeCloseTo(expected[index] as number, 12)
    })
  })
})

describe('quantile', () => {
  it('interpolates between ranks', () => {
    expect(quantile([1, 2, 3, 4], 0.5)).toBe(2.5)
    expect(quantile([1, 2, 3, 4], 1)).toBe(4)
    expect(quantile([7], 0.9)).toBe(7)
  })
})
