/**
 * What a step of a graph search costs in exact scores, for catalogues of several sizes: src/retrieval/dense.ts
 * chooses between the two by it.
 *
 *   npx tsx bench/dense.ts [vectors ...]
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seededRandom } from '../src/domain/random.ts'
import { createHnsw, type Hnsw, loadHnsw } from '../src/retrieval/hnsw.ts'
import { topK } from '../src/retrieval/top-k.ts'
import { percentile } from './load.ts'

const DIMENSIONS = 384
const SETTINGS = { M: 16, efConstruction: 200, ef: 128 }
const DEPTH = 100
const QUERIES = 200
/** Written between two measured searches, as the work of a service pushes vectors out of the caches. */
const OTHER_WORK = new Float32Array(4_000_000)

const random = seededRandom(1)
const unit = () => {
  const vector = Float32Array.from({ length: DIMENSIONS }, () => random() - 0.5)
  const length = Math.hypot(...vector)
  return vector.map((component) => component / length)
}

function grow(count: number): Hnsw {
  const folder = mkdtempSync(join(tmpdir(), 'segue-bench-'))
  const file = join(folder, 'graph.hnsw')
  try {
    const builder = createHnsw(count, DIMENSIONS, SETTINGS)
    for (let label = 1; label <= count; label++) builder.add(label, unit())
    builder.save(file)
    return loadHnsw(file, { first: 1, count, dimensions: DIMENSIONS, ef: SETTINGS.ef })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Median milliseconds, with cold caches. */
function median(queries: readonly Float32Array[], search: (query: Float32Array) => unknown): number {
  const latencies = queries.map((query, i) => {
    OTHER_WORK.fill(i)
    const start = performance.now()
    search(query)
    return performance.now() - start
  })
  return percentile(latencies, 0.5)
}

const sizes = process.argv.slice(2).map(Number)
process.stdout.write('vectors | graph, ms | scan, ms | rows scanned in the time of one graph step\n')
for (const count of sizes.length > 0 ? sizes : [500, 1000, 3000, 10_000, 30_000]) {
  const graph = grow(count)
  const queries = Array.from({ length: QUERIES }, unit)
  const searched = median(queries, (query) => graph.search(query, DEPTH))
  const scanned = median(queries, (query) => topK(graph.labels, graph.vectors.against(query), DEPTH))
  const step = ((searched / SETTINGS.ef) * count) / scanned
  process.stdout.write(`${count} | ${searched.toFixed(3)} | ${scanned.toFixed(3)} | ${step.toFixed(1)}\n`)
}
