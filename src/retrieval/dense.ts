import type { Hnsw } from './hnsw.ts'

/** Rows of one kind and their cosine similarities, unordered. */
export type Scored = Map<number, number>

/**
 * What a graph step costs against the exact score of one row, both measured per candidate looked at: about the same.
 * With it the cheaper of the two searches follows from the selectivity alone.
 */
const GRAPH_STEP_COST = 1

/**
 * The `depth` nearest rows of one kind, among those selected.
 *
 * A graph search that must yield `depth` selected rows has to look at depth x count / selected rows; an exact scan
 * looks at all selected. Few are scanned; among many the graph is asked for more until enough are found. A filter
 * that goes against the query (rock playlists, asked for lullabies) can defeat the graph: then the scan is made after all.
 */
export function nearest(
  graph: Hnsw,
  query: Float32Array,
  depth: number,
  selected: readonly number[] | null,
): Scored {
  if (depth <= 0 || graph.count === 0) return new Map()
  if (selected === null) return toMap(graph.search(query, depth))
  if (scanIsCheaper(depth, graph.count, selected.length)) return scan(graph, query, depth, selected)

  const allowed = new Set(selected)
  const wanted = Math.min(depth, selected.length)
  const first = Math.ceil(1.5 * depth * (graph.count / selected.length))
  for (let k = first; scanStillDearer(k, selected.length); k *= 2) {
    const { labels, scores } = graph.search(query, k)
    const found: Scored = new Map()
    for (let i = 0; i < labels.length && found.size < wanted; i++) {
      if (allowed.has(labels[i] as number)) found.set(labels[i] as number, scores[i] as number)
    }
    if (found.size === wanted) return found
  }
  return scan(graph, query, depth, selected)
}

function scanIsCheaper(depth: number, count: number, selected: number): boolean {
  return selected <= Math.sqrt(GRAPH_STEP_COST * depth * count)
}

function scanStillDearer(k: number, selected: number): boolean {
  return k * GRAPH_STEP_COST < selected
}

function scan(graph: Hnsw, query: Float32Array, depth: number, selected: readonly number[]): Scored {
  const scored = selected.map((row) => [row, graph.vectors.score(row, query)] as const)
  if (scored.length > depth) {
    scored.sort((a, b) => b[1] - a[1])
    scored.length = depth
  }
  return new Map(scored)
}

function toMap({ labels, scores }: { labels: readonly number[]; scores: readonly number[] }): Scored {
  const found: Scored = new Map()
  for (let i = 0; i < labels.length; i++) found.set(labels[i] as number, scores[i] as number)
  return found
}
