import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { populationStability, rankBiasedOverlap } from '../../src/domain/drift.ts'
import { seededRandom } from '../../src/domain/random.ts'

const { rbo } = JSON.parse(readFileSync(new URL('./fixtures/statistics.json', import.meta.url), 'utf8')) as {
  rbo: { a: string[]; b: string[]; p: number; rbo: number }[]
}

describe('rankBiasedOverlap', () => {
  it.each(rbo)(
    'agrees with the rbo package: $a.length and $b.length ids, p $p',
    ({ a, b, p, rbo: expected }) => {
      expect(rankBiasedOverlap(a, b, p)).toBeCloseTo(expected, 10)
      expect(rankBiasedOverlap(b, a, p)).toBeCloseTo(expected, 10)
    },
  )

  it('is 1 for the same list, 0 for disjoint ones and for one empty answer', () => {
    const list = ['a', 'b', 'c', 'd']
    expect(rankBiasedOverlap(list, list)).toBeCloseTo(1, 12)
    expect(rankBiasedOverlap(list, ['x', 'y'])).toBe(0)
    expect(rankBiasedOverlap(list, [])).toBe(0)
    expect(rankBiasedOverlap([], [])).toBe(1)
  })

  it('weighs the top more than the tail', () => {
    const list = ['a', 'b', 'c', 'd', 'e', 'f']
    const swappedTop = ['b', 'a', 'c', 'd', 'e', 'f']
    const swappedTail = ['a', 'b', 'c', 'd', 'f', 'e']
    expect(rankBiasedOverlap(list, swappedTop)).toBeLessThan(rankBiasedOverlap(list, swappedTail))
  })
})

describe('populationStability', () => {
  const random = seededRandom(3)
  const scores = Array.from({ length: 500 }, () => 0.5 + 0.2 * random())

  it('is 0 for the same scores, small for another draw, large for a shift', () => {
    expect(populationStability(scores, scores)).toBeCloseTo(0, 12)
    const again = Array.from({ length: 500 }, () => 0.5 + 0.2 * random())
    expect(populationStability(scores, again)).toBeLessThan(0.1)
    expect(
      populationStability(
        scores,
        scores.map((score) => score - 0.08),
      ),
    ).toBeGreaterThan(0.25)
  })

  it('matches the formula worked by hand', () => {
    // Edges of [1, 2, 3, 4] in two bins: 2.5. Shares .5/.5 before, .25/.75 now.
    const expected = (0.25 - 0.5) * Math.log(0.25 / 0.5) + (0.75 - 0.5) * Math.log(0.75 / 0.5)
    expect(populationStability([1, 2, 3, 4], [1, 3, 4, 5], 2)).toBeCloseTo(expected, 12)
  })
})
