import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compiledModule } from '../../scripts/wasm.ts'
import { seededRandom } from '../../src/domain/random.ts'
import { openRowMemory } from '../../src/retrieval/row-memory.ts'

describe('a row memory', () => {
  it('runs the module that its source compiles to', async () => {
    expect(readFileSync('src/retrieval/inner-product.wasm.ts', 'utf8')).toBe(await compiledModule())
  })

  it.each([1, 15, 16, 17, 384])('multiplies rows of %i floats', (dimensions) => {
    const random = seededRandom(dimensions)
    const rows = Array.from({ length: 50 }, () =>
      Float32Array.from({ length: dimensions }, () => random() - 0.5),
    )
    const memory = openRowMemory(rows.length, dimensions)
    for (const [i, row] of rows.entries()) memory.row(i).set(row)
    for (const [i, row] of rows.entries()) {
      const other = rows[rows.length - 1 - i] as Float32Array
      const expected = row.reduce((sum, x, at) => sum + x * (other[at] as number), 0)
      expect(memory.row(i)).toEqual(row)
      expect(memory.innerProduct(i, rows.length - 1 - i)).toBeCloseTo(expected, 5)
    }
  })

  it('says how many vectors fit when there are more', () => {
    expect(() => openRowMemory(3_000_000, 384)).toThrow('where 2796202 of 384 dimensions do')
  })
})
