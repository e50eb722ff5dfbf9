import type { Hnsw } from './hnsw.ts'
import { topK } from './top-k.ts'

/** Rows of one kind and their cosine similarities, unordered. */
export type Scored = Map<number, number>

/**
 * A candidate that the graph search looks at costs as much as the exact score of so many rows (`npx tsx
 * bench/dense.ts` measures it): the graph jumps through memory, the scan reads it in order.
 */
const GRAPH_STEP_COST = 64

/** How much more than the selectivity demands is asked of the graph, so that one search mostly does. */
const MARGIN = 1.5

/**
 * The `depth` nearest rows of one kind, among those selected; null selects all.
 *
 * Few rows are scanned; many are the graph's. To yield `depth` selected rows a graph search has to look at depth x
 * count / selected rows, and is asked for more until enough are found. A filter that goes against the query (rock
 * playlists, asked for lullabies) can defeat the graph: then the selected are scanned after all.
 */
export function nearest(
  graph: Hnsw,
  query: Float32Array,
  depth: number,
  selected: ReadonlySet<number> | null,
): Scored {
  const size = selected?.size ?? graph.count
  const wanted = Math.min(depth, size)
  const graphCost = (k: number) => Math.max(k, graph.ef) * GRAPH_STEP_COST
  let k = selected ? Math.ceil((MARGIN * depth * graph.count) / Math.max(1, size)) : wanted
  for (; graphCost(k) < size; k *= 2) {
    const found: Scored = new Map()
    for (const [row, score] of graph.search(query, k)) {
      if (found.size < wanted && (selected?.has(row) ?? true)) found.set(row, score)
    }
    if (found.size === wanted) return found
  }
  return topK(selected ?? graph.labels, graph.vectors.against(query), depth)
}
