import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { predictionPoweredMean } from '../../src/domain/prediction-powered.ts'
import { mean } from '../../src/domain/statistics.ts'

const { ppi } = JSON.parse(readFileSync(new URL('./fixtures/statistics.json', import.meta.url), 'utf8')) as {
  ppi: {
    human: number[]
    judge: number[]
    judgeOnly: number[]
    estimate: number
    low: number
    high: number
  }[]
}

describe('predictionPoweredMean', () => {
  it('agrees with ppi-python for a good, a middling and a useless judge', () => {
    for (const { human, judge, judgeOnly, estimate, low, high } of ppi) {
      const powered = predictionPoweredMean(human, judge, judgeOnly)
      expect(powered.estimate).toBeCloseTo(estimate, 10)
      expect(powered.low).toBeCloseTo(low, 10)
      expect(powered.high).toBeCloseTo(high, 10)
    }
  })

  it('corrects a judge that always says .2 too much', () => {
    const [good] = ppi
    if (!good) throw new Error('no case')
    expect(mean(good.judgeOnly) - mean(good.human)).toBeGreaterThan(0.1)
    const human = good.judge.map((value) => value - 0.2)
    expect(predictionPoweredMean(human, good.judge, good.judgeOnly).estimate).toBeCloseTo(
      mean(good.judgeOnly) - 0.2,
      1,
    )
  })

  it('trusts a judge of one constant word not at all', () => {
    const powered = predictionPoweredMean([0, 1, 0, 1], [3, 3, 3, 3], [3, 3, 3])
    expect(powered).toMatchObject({ estimate: 0.5, lambda: 0 })
  })

  it('refuses samples that are too small', () => {
    expect(() => predictionPoweredMean([1], [1], [1, 2])).toThrow('at least two')
  })
})
