import { describe, expect, it } from 'vitest'
import { createPostings, readPostings } from '../../src/catalog/postings.ts'
import { seededRandom } from '../../src/domain/random.ts'

const read = (bytes: Uint8Array) => {
  const rows: number[][] = []
  readPostings(bytes, (...posting) => void rows.push(posting))
  return rows
}

describe('posting lists', () => {
  it('give back rows and counts, near and far apart', () => {
    const random = seededRandom(7)
    const list = createPostings()
    const put: number[][] = []
    for (let row = 1; put.length < 5000; row += 1 + Math.floor(random() ** 8 * 1e6)) {
      const posting = [
        row,
        Math.floor(random() * 4),
        Math.floor(random() * 8),
        Math.floor(random() ** 4 * 512),
      ]
      put.push(posting)
      list.add(row, { title: posting[1] ?? 0, body: posting[2] ?? 0, tracks: posting[3] ?? 0 })
    }
    expect(list.rows).toBe(5000)
    expect(read(list.bytes())).toEqual(put)
  })

  it('keep great counts at their most, and great rows whole', () => {
    const list = createPostings()
    list.add(2 ** 30, { title: 99, body: 99, tracks: 9999 })
    expect(read(list.bytes())).toEqual([[2 ** 30, 3, 7, 511]])
  })

  it('take two bytes for most rows', () => {
    const list = createPostings()
    for (let row = 1; row <= 1000; row += 10) list.add(row, { title: 1, body: 2, tracks: 3 })
    expect(list.bytes()).toHaveLength(200)
  })
})
