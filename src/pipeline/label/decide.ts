import { type Static, Type } from 'typebox'
import { CandidatePair } from '../candidates/pair.ts'

export const DECISIONS = ['positive', 'hard_negative', 'dropped'] as const
export type Decision = (typeof DECISIONS)[number]

/** A row of labels.jsonl. */
export const LabelledPair = Type.Object({
  ...CandidatePair.properties,
  grade: Type.Integer({ minimum: 0, maximum: 3 }),
  reason: Type.String(),
  decision: Type.Enum(DECISIONS),
  /** Why the pair was dropped; '' where it was not. */
  why: Type.String(),
  model: Type.String(),
  prompt: Type.String(),
  at: Type.String(),
})
export type LabelledPair = Static<typeof LabelledPair>

/** From this grade on, a playlist answers the query. */
export const RELEVANT = 2

/**
 * What a graded pair is good for. A grade of 0 makes a hard negative, but not where the bi-encoder holds it as near as
 * a positive: above 95 % of the positive's score most are false negatives (NV-Retriever, 2407.15831).
 *
 * @param positiveScore the best cosine of a playlist that answers the query; null where none is known
 * @param margin share of the positive's score below which a hard negative must lie
 */
export function decide(
  pair: Pick<CandidatePair, 'source' | 'score'>,
  grade: number,
  positiveScore: number | null,
  margin: number,
): { readonly decision: Decision; readonly why: string } {
  if (pair.source === 'probe') return { decision: 'dropped', why: 'a probe' }
  if (grade >= RELEVANT) return { decision: 'positive', why: '' }
  if (grade === 1) return { decision: 'dropped', why: 'neither right nor wrong' }
  if (positiveScore === null) return { decision: 'dropped', why: 'no playlist is known to answer the query' }
  if (pair.score === null) return { decision: 'dropped', why: 'not in the index' }
  // A cosine below zero has no margin below it that makes sense: the threshold is the positive's score itself.
  const threshold = positiveScore > 0 ? positiveScore * margin : positiveScore
  if (pair.score >= threshold) return { decision: 'dropped', why: 'too near to the positive' }
  return { decision: 'hard_negative', why: '' }
}
