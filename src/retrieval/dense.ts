import type { Hnsw } from './hnsw.ts'
import { topK } from './top-k.ts'

/** Rows of one kind and their cosine similarities, unordered. */
export type Scored = Map<number, number>

/**
 * A candidate that the graph search looks at costs as much as the exact score of so many rows: at ef 128, 0.6
 * microseconds against 0.15 with a thousand vectors, 3 against 0.5 with thirty thousand.
 */
const GRAPH_STEP_COST = 5

/** How much more than the selectivity demands is asked of the graph, so that one search mostly does. */
const MARGIN = 1.5

/**
 * The `depth` nearest rows of one kind, among those selected.
 *
 * A graph search that must yield `depth` selected rows has to look at depth x count / selected rows; an exact scan
 * looks at all selected. Few are scanned; among many the graph is asked for more until enough are found. A filter
 * that goes against the query (rock playlists, asked for lullabies) can defeat the graph: then they are scanned
 * after all.
 */
export function nearest(
  graph: Hnsw,
  query: Float32Array,
  depth: number,
  selected: ReadonlySet<number> | null,
): Scored {
  if (selected === null) return graph.search(query, depth)
  const wanted = Math.min(depth, selected.size)
  const scanCost = selected.size
  const graphCost = (k: number) => k * GRAPH_STEP_COST
  let k = Math.ceil((MARGIN * depth * graph.count) / Math.max(1, selected.size))
  for (; graphCost(k) < scanCost; k *= 2) {
    const found: Scored = new Map()
    for (const [row, score] of graph.search(query, k)) {
      if (found.size < wanted && selected.has(row)) found.set(row, score)
    }
    if (found.size === wanted) return found
  }
  return topK(selected, (row) => graph.vectors.score(row, query), depth)
}
