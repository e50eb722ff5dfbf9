import { afterAll, describe, expect, it, vi } from 'vitest'
import { seededRandom } from '../../src/domain/random.ts'
import { nearest } from '../../src/retrieval/dense.ts'
import { createHnsw, loadHnsw } from '../../src/retrieval/hnsw.ts'
import { temporaryFolder } from '../support/bundle.ts'

const folder = temporaryFolder()
afterAll(folder.remove)

const DIMENSIONS = 16
const random = seededRandom(11)
const unit = () => {
  const vector = Float32Array.from({ length: DIMENSIONS }, () => random() - 0.5)
  const length = Math.hypot(...vector)
  return vector.map((component) => component / length)
}

/** A graph whose searches are counted. */
function grow(count: number) {
  const path = folder.path(`${count}`)
  const builder = createHnsw(count, DIMENSIONS, { M: 16, efConstruction: 60, ef: 128 })
  for (let label = 1; label <= count; label++) builder.add(label, unit())
  builder.save(path)
  const graph = loadHnsw(path, { first: 1, count, dimensions: DIMENSIONS, ef: 128 })
  return { graph, searches: vi.spyOn(graph, 'search') }
}

const small = grow(2000)
const large = grow(10_000)
const every = (step: number) => new Set(large.graph.labels.filter((label) => label % step === 0))

function exact(graph: typeof large.graph, query: Float32Array, rows: Iterable<number>, depth: number) {
  const scoreOf = graph.vectors.against(query)
  return [...rows].sort((a, b) => scoreOf(b) - scoreOf(a)).slice(0, depth)
}

describe('the nearest rows', () => {
  it('of a small catalogue are scanned, and are the very nearest', () => {
    for (let i = 0; i < 20; i++) {
      const query = unit()
      const found = nearest(small.graph, query, 50, null)
      expect(new Set(found.keys())).toEqual(new Set(exact(small.graph, query, small.graph.labels, 50)))
    }
    expect(small.searches).not.toHaveBeenCalled()
  })

  it.each([
    ['all', null, 1],
    ['many', every(1), 1],
    ['few', every(50), 0],
  ] as const)('of a large one are asked of the graph unless few are selected: %s', (_, selected, times) => {
    large.searches.mockClear()
    const query = unit()
    const found = [...nearest(large.graph, query, 50, selected).keys()]
    const wanted = new Set(exact(large.graph, query, selected ?? large.graph.labels, 50))
    expect(found).toHaveLength(50)
    expect(found.filter((row) => wanted.has(row)).length).toBeGreaterThanOrEqual(times ? 45 : 50)
    expect(large.searches).toHaveBeenCalledTimes(times)
  })
})
