/**
 * Retrieval metrics by trec_eval's definitions; test/domain/fixtures/relevance.json holds what trec_eval itself
 * (through pytrec_eval) and ir_measures say, and the tests compare.
 */

/** Grades by document id; an id that is not there was never judged. */
export type Judged = ReadonlyMap<string, number>
/** What was judged, by query id. */
export type Qrels = ReadonlyMap<string, Judged>

export interface Scored {
  readonly id: string
  readonly score: number
}

/**
 * The order in which trec_eval reads a run: by score as a 32-bit float, falling; equal scores by id, falling.
 * It depends on nothing else, so a file's line order cannot flatter a system.
 */
export function trecOrder(scored: readonly Scored[]): string[] {
  return scored
    .map(({ id, score }) => ({ id, score: Math.fround(score) }))
    .sort((a, b) => b.score - a.score || (a.id < b.id ? 1 : -1))
    .map(({ id }) => id)
}

/** recall_k: the share of all relevant documents that stand in the first k; 0 where none is relevant. */
export function recallAt(k: number, ranking: readonly string[], judged: Judged, relevant = 1): number {
  const all = count([...judged.keys()], judged, relevant)
  return all === 0 ? 0 : count(ranking.slice(0, k), judged, relevant) / all
}

/** success_k: 1 if any of the first k is relevant. With one relevant document it equals recall. */
export function successAt(k: number, ranking: readonly string[], judged: Judged, relevant = 1): number {
  return count(ranking.slice(0, k), judged, relevant) > 0 ? 1 : 0
}

/** P_k: the share of the first k that is relevant; a short ranking is filled up with irrelevant ones. */
export function precisionAt(k: number, ranking: readonly string[], judged: Judged, relevant = 1): number {
  return count(ranking.slice(0, k), judged, relevant) / k
}

/** RR@k: one over the rank of the first relevant document, 0 if it is not among the first k. */
export function reciprocalRankAt(
  k: number,
  ranking: readonly string[],
  judged: Judged,
  relevant = 1,
): number {
  const rank = ranking.slice(0, k).findIndex((id) => (judged.get(id) ?? 0) >= relevant)
  return rank < 0 ? 0 : 1 / (rank + 1)
}

/**
 * ndcg_cut_k with linear gain: the grade itself, discounted by log2(rank + 1), over the best order that the
 * judged documents allow. Unjudged and negative grades gain nothing.
 */
export function ndcgAt(k: number, ranking: readonly string[], judged: Judged): number {
  const ideal = gain([...judged.values()].filter((grade) => grade > 0).sort((a, b) => b - a))
  return ideal === 0 ? 0 : gain(ranking.slice(0, k).map((id) => Math.max(judged.get(id) ?? 0, 0))) / ideal

  function gain(grades: number[]): number {
    return grades.slice(0, k).reduce((sum, grade, index) => sum + grade / Math.log2(index + 2), 0)
  }
}

/** Judged@k: the share of the first k (or of a shorter ranking) that somebody judged. Unjudged is not irrelevant. */
export function judgedAt(k: number, ranking: readonly string[], judged: Judged): number {
  const top = ranking.slice(0, k)
  return top.length === 0 ? 0 : top.filter((id) => judged.has(id)).length / top.length
}

/** What every table shows, in this order; recall@10 and nDCG@10 are the headlines. */
export const METRICS = [
  'recall@1',
  'recall@3',
  'recall@10',
  'success@10',
  'ndcg@10',
  'mrr@10',
  'p@1',
  'judged@10',
] as const
export type Metric = (typeof METRICS)[number]
export type Scores = Readonly<Record<Metric, number>>

/**
 * All metrics of one ranking.
 * @param relevant the lowest grade that counts as relevant in the binary metrics (trec_eval -l); nDCG reads grades
 */
export function scoreRanking(ranking: readonly string[], judged: Judged, relevant = 1): Scores {
  return {
    'recall@1': recallAt(1, ranking, judged, relevant),
    'recall@3': recallAt(3, ranking, judged, relevant),
    'recall@10': recallAt(10, ranking, judged, relevant),
    'success@10': successAt(10, ranking, judged, relevant),
    'ndcg@10': ndcgAt(10, ranking, judged),
    'mrr@10': reciprocalRankAt(10, ranking, judged, relevant),
    'p@1': precisionAt(1, ranking, judged, relevant),
    'judged@10': judgedAt(10, ranking, judged),
  }
}

function count(ids: readonly string[], judged: Judged, relevant: number): number {
  return ids.filter((id) => (judged.get(id) ?? 0) >= relevant).length
}
