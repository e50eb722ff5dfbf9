import type { Hnsw } from '../../retrieval/hnsw.ts'

const K = 10
const BLOCK_ROWS = 64

/**
 * recall@10 of a graph against exact search: the mean share of the true ten nearest rows that the graph finds, for
 * these query vectors. null without rows or queries.
 */
export function recallAt10(graph: Hnsw, first: number, queries: readonly Float32Array[]): number | null {
  const k = Math.min(K, graph.count)
  if (k === 0 || queries.length === 0) return null
  const exact = exactNearest(graph, first, queries, k)
  let shares = 0
  for (const [i, query] of queries.entries()) {
    const found = graph.search(query, k)
    shares += (exact[i] ?? []).filter((label) => found.has(label)).length / k
  }
  return Math.round((shares / queries.length) * 1e4) / 1e4
}

/** Rows by the block, queries inside: a block is read from the cache, and memory does not grow with the rows. */
function exactNearest(graph: Hnsw, first: number, queries: readonly Float32Array[], k: number): number[][] {
  const best = queries.map(() => ({ labels: [] as number[], scores: [] as number[] }))
  const end = first + graph.count
  for (let start = first; start < end; start += BLOCK_ROWS) {
    for (const [i, query] of queries.entries()) {
      const scoreOf = graph.vectors.against(query)
      const { labels, scores } = best[i] as { labels: number[]; scores: number[] }
      for (let label = start; label < Math.min(end, start + BLOCK_ROWS); label++) {
        const score = scoreOf(label)
        if (labels.length === k && score <= (scores[k - 1] as number)) continue
        let at = scores.length
        while (at > 0 && (scores[at - 1] as number) < score) at--
        labels.splice(at, 0, label)
        scores.splice(at, 0, score)
        labels.length = Math.min(labels.length, k)
        scores.length = labels.length
      }
    }
  }
  return best.map(({ labels }) => labels)
}
