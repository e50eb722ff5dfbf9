import hnswlib from 'hnswlib-node'
import { messageOf, SegueError } from '../domain/errors.ts'
import { readVectors, type VectorTable } from './vectors.ts'

/** Vectors are L2-normalised: the inner product is the cosine, and cheaper. */
export const SPACE = 'ip'

export interface HnswSettings {
  /** Links per node. */
  readonly M: number
  /** Candidates looked at for each node when the graph is built. */
  readonly efConstruction: number
  /** Candidates looked at in a search; at least as many as are asked for. */
  readonly ef: number
}

/** A graph over the vectors labelled first..first+count-1. */
export interface Hnsw {
  readonly count: number
  readonly labels: readonly number[]
  /** Candidates looked at in a search for no more than so many. */
  readonly ef: number
  /** The k nearest labels (fewer where the graph has no more) and their cosine similarities, best first. */
  search(vector: Float32Array, k: number): Map<number, number>
  readonly vectors: VectorTable
}

export interface HnswBuilder {
  add(label: number, vector: Float32Array): void
  /** Writes the graph of all that was added. The writer does not notice a full disk: load it to be sure. */
  save(path: string): void
}

type Graph = hnswlib.HierarchicalNSW

/**
 * Loads a graph whose file has been verified: the file itself has no checksum, and the loader trusts every byte.
 * It always loads into a new object, because a failed load into a live one leaves a dangling pointer.
 *
 * @throws SegueError `invalid_artefact` when it does not load, or holds other vectors than the manifest says
 */
export function loadHnsw(
  path: string,
  expected: {
    readonly first: number
    readonly count: number
    readonly dimensions: number
    readonly ef: number
  },
): Hnsw {
  const { first, count, dimensions, ef } = expected
  const graph: Graph = new hnswlib.HierarchicalNSW(SPACE, dimensions)
  try {
    graph.readIndexSync(path)
    if (graph.getCurrentCount() !== count) {
      throw new Error(`it holds ${graph.getCurrentCount()} vectors, not the ${count} of the catalogue`)
    }
    const loaded = openGraph(graph, readVectors(path, first, count, dimensions), { first, count, ef })
    probe(graph, loaded, first)
    return loaded
  } catch (error) {
    const remedy = 'Build the index again (npm run segue -- index build)'
    throw new SegueError('invalid_artefact', `${path}: ${messageOf(error)}. ${remedy}`, {
      field: path,
      cause: error,
    })
  }
}

/** Starts an empty graph. Vectors added in one order give one file: the levels come from a fixed seed. */
export function createHnsw(count: number, dimensions: number, settings: HnswSettings): HnswBuilder {
  const graph: Graph = new hnswlib.HierarchicalNSW(SPACE, dimensions)
  graph.initIndex({ maxElements: Math.max(1, count), m: settings.M, efConstruction: settings.efConstruction })
  return {
    add: (label, vector) => graph.addPoint(Array.from(vector), label),
    save: (path) => graph.writeIndexSync(path),
  }
}

function openGraph(
  graph: Graph,
  vectors: VectorTable,
  { first, count, ef }: { readonly first: number; readonly count: number; readonly ef: number },
): Hnsw {
  // `ef` is not saved with a graph: it is 10 after loading.
  let currentEf = ef
  graph.setEf(ef)
  return {
    count,
    labels: Array.from({ length: count }, (_, i) => first + i),
    ef,
    vectors,
    search(vector, k) {
      const most = Math.min(k, count)
      if (most <= 0) return new Map()
      const wanted = Math.max(ef, most)
      if (wanted !== currentEf) {
        currentEf = wanted
        graph.setEf(wanted)
      }
      const { neighbors, distances } = graph.searchKnn(Array.from(vector), most)
      if (!neighbors.every((label) => label >= first && label < first + count)) {
        throw new SegueError(
          'unavailable',
          'The vector index answered with rows that the catalogue does not have',
        )
      }
      return new Map(neighbors.map((label, i) => [label, 1 - (distances[i] as number)]))
    },
  }
}

/** A graph that answers for its own first vector is alive; a broken one is better found now than by a listener. */
function probe(graph: Graph, loaded: Hnsw, first: number): void {
  if (loaded.count === 0) return
  const vector = loaded.vectors.at(first)
  if (graph.getPoint(first).some((component, i) => component !== vector[i])) {
    throw new Error('its vectors were not read as the graph has them')
  }
  const norm = Math.hypot(...vector)
  if (!(Math.abs(norm - 1) < 1e-3)) throw new Error(`its first vector has length ${norm}, not 1`)
  const [[, score] = [first, Number.NaN]] = loaded.search(vector, 1)
  if (!(score > 0.99)) {
    throw new Error('it does not find its own first vector')
  }
}
