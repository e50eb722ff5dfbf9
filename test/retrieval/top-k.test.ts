import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../src/domain/random.ts'
import { topK } from '../../src/retrieval/top-k.ts'

describe('topK', () => {
  it('is the beginning of a full sort, ties to the lower row, for any k', () => {
    const random = seededRandom(3)
    const scores = Array.from({ length: 300 }, () => Math.floor(random() * 40))
    const rows = scores.map((_, row) => row).sort(() => random() - 0.5)
    for (const k of [0, 1, 2, 7, 64, 299, 300, 1000]) {
      const sorted = scores
        .map((score, row) => ({ row, score }))
        .sort((a, b) => b.score - a.score || a.row - b.row)
      const expected = new Map(sorted.slice(0, k).map(({ row, score }) => [row, score]))
      const found = topK(rows, (row) => scores[row] as number, k)
      expect(new Map([...found].sort(([a], [b]) => a - b))).toEqual(
        new Map([...expected].sort(([a], [b]) => a - b)),
      )
    }
  })

  it('leaves out rows without a score', () => {
    expect(topK([4, 5, 6, 7], (row) => (row % 2 ? row : Number.NaN), 3)).toEqual(
      new Map([
        [5, 5],
        [7, 7],
      ]),
    )
  })
})
