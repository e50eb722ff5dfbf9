import { describe, expect, it } from 'vitest'
import { sample, seededRandom } from '../../src/domain/random.ts'

describe('seededRandom', () => {
  it('is uniform, the same for a seed and another for another', () => {
    const random = seededRandom(5)
    const values = Array.from({ length: 20_000 }, () => random())
    const tenths = new Array<number>(10).fill(0)
    for (const value of values)
      tenths[Math.floor(value * 10)] = (tenths[Math.floor(value * 10)] as number) + 1
    for (const count of tenths) expect(Math.abs(count - 2000)).toBeLessThan(200)
    expect(seededRandom(5)()).toBe(values[0])
    expect(seededRandom(6)()).not.toBe(values[0])
  })
})

describe('sample', () => {
  const items = Array.from({ length: 20 }, (_, index) => index)

  it('draws as many as asked, each once, in the order of the list', () => {
    const drawn = sample(items, 8, seededRandom(1))
    expect(drawn).toHaveLength(8)
    expect([...new Set(drawn)].sort((a, b) => a - b)).toEqual(drawn)
    expect(sample(items, 50, seededRandom(1))).toEqual(items)
  })

  it('draws each item equally often', () => {
    const random = seededRandom(2)
    const counts = new Array<number>(20).fill(0)
    for (let round = 0; round < 4000; round++) {
      for (const item of sample(items, 5, random)) counts[item] = (counts[item] as number) + 1
    }
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150)
  })
})
