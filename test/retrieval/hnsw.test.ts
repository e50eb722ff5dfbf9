import { readFileSync, writeFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { seededRandom } from '../../src/domain/random.ts'
import { createHnsw, loadHnsw } from '../../src/retrieval/hnsw.ts'
import { temporaryFolder } from '../support/bundle.ts'

const folder = temporaryFolder()
afterAll(folder.remove)

const random = seededRandom(5)
const unit = (dimensions: number) => {
  const vector = Float32Array.from({ length: dimensions }, () => random() - 0.5)
  return vector.map((component) => component / Math.hypot(...vector))
}

function saved(name: string, first: number, count: number, dimensions: number) {
  const vectors = Array.from({ length: count }, () => unit(dimensions))
  const builder = createHnsw(count, dimensions, { M: 16, efConstruction: 100, ef: 64 })
  for (const [i, vector] of vectors.entries()) builder.add(first + i, vector)
  builder.save(folder.path(name))
  return { path: folder.path(name), vectors }
}

describe('a graph', () => {
  it('loads what was saved: labels, vectors read from the file, cosines', () => {
    const { path, vectors } = saved('plain', 101, 1500, 48)
    const graph = loadHnsw(path, { first: 101, count: 1500, dimensions: 48, ef: 64 })
    for (const [i, vector] of vectors.entries()) expect(graph.vectors.at(101 + i)).toEqual(vector)
    const found = graph.search(vectors[7] as Float32Array, 5)
    const [[best, score] = [0, 0]] = found
    expect(best).toBe(108)
    expect(score).toBeCloseTo(1, 5)
    for (const [label, score] of found) {
      expect(score).toBeCloseTo(graph.vectors.against(vectors[7] as Float32Array)(label), 5)
    }
  })

  it('looks at ef candidates after loading, not at the library default of ten', () => {
    const { path, vectors } = saved('ef', 1, 3000, 32)
    const graph = loadHnsw(path, { first: 1, count: 3000, dimensions: 32, ef: 64 })
    let hits = 0
    for (let i = 0; i < 50; i++) {
      const query = unit(32)
      const exact = vectors.map((_, row) => row + 1)
      const scoreOf = graph.vectors.against(query)
      exact.sort((a, b) => scoreOf(b) - scoreOf(a))
      const found = graph.search(query, 10)
      hits += exact.slice(0, 10).filter((label) => found.has(label)).length
    }
    expect(hits / 500).toBeGreaterThan(0.9)
  })

  it('gives what it has when asked for more, and nothing when empty or asked for none', () => {
    const { path, vectors } = saved('small', 1, 3, 8)
    const graph = loadHnsw(path, { first: 1, count: 3, dimensions: 8, ef: 64 })
    expect(graph.search(vectors[0] as Float32Array, 100).size).toBe(3)
    expect(graph.search(vectors[0] as Float32Array, 0).size).toBe(0)
    const empty = saved('empty', 1, 0, 8)
    const nothing = loadHnsw(empty.path, { first: 1, count: 0, dimensions: 8, ef: 64 })
    expect(nothing.search(vectors[0] as Float32Array, 10).size).toBe(0)
  })

  it.each([
    ['another count', { first: 1, count: 4, dimensions: 8 }, /holds 3 vectors, not the 4/],
    ['other labels', { first: 2, count: 3, dimensions: 8 }, /labels are not the rows/],
    ['other dimensions', { first: 1, count: 3, dimensions: 16 }, /invalid|seems to be corrupted|layout/i],
  ])('refuses %s than the manifest says', (_, expected, message) => {
    const { path } = saved('refused', 1, 3, 8)
    expect(() => loadHnsw(path, { ...expected, ef: 64 })).toThrow(message)
  })

  it('refuses a file cut short, and vectors that are not normalised', () => {
    const { path } = saved('cut', 1, 30, 8)
    const whole = readFileSync(path)
    writeFileSync(path, whole.subarray(0, whole.length - 100))
    expect(() => loadHnsw(path, { first: 1, count: 30, dimensions: 8, ef: 64 })).toThrow(/cut.*index build/)
    const builder = createHnsw(1, 4, { M: 4, efConstruction: 10, ef: 10 })
    builder.add(1, Float32Array.of(3, 4, 0, 0))
    builder.save(path)
    expect(() => loadHnsw(path, { first: 1, count: 1, dimensions: 4, ef: 64 })).toThrow(/length 5, not 1/)
  })
})
