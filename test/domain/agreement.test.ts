import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { confusion, weightedKappa } from '../../src/domain/agreement.ts'

const { kappa } = JSON.parse(
  readFileSync(new URL('./fixtures/statistics.json', import.meta.url), 'utf8'),
) as { kappa: { pairs: [number, number][]; linear: number; quadratic: number }[] }

describe('weightedKappa', () => {
  it('agrees with scikit-learn', () => {
    for (const { pairs, linear, quadratic } of kappa) {
      const matrix = confusion(pairs, 4)
      expect(weightedKappa(matrix, 'linear')).toBeCloseTo(linear, 12)
      expect(weightedKappa(matrix, 'quadratic')).toBeCloseTo(quadratic, 12)
    }
  })

  it('is not a number where chance would always agree', () => {
    expect(weightedKappa(confusion([[2, 2]], 4), 'linear')).toBeNaN()
  })
})

describe('confusion', () => {
  it('refuses grades out of range', () => {
    expect(() => confusion([[0, 4]], 4)).toThrow('grades are 0 to 3')
  })
})
