import type { Candidate } from '../retrieval/retriever.ts'
import type { Ranked } from './request.ts'

/** Version of the ranking: part of every cache key. */
export const RANKING_VERSION = 'rank/2'

/**
 * Weights of the convex combination of the normalised scores of both legs (Bruch et al., "An Analysis of Fusion
 * Functions for Hybrid Retrieval", arXiv:2210.11934), and what a title match adds. Tuned on dev queries only.
 */
export const FUSION: Fusion = { dense: 0.6, lexical: 0.4, titlePrefix: 0.05 }

export interface Fusion {
  readonly dense: number
  readonly lexical: number
  /** Added where the query is the beginning of a title. */
  readonly titlePrefix: number
}

/**
 * When even the best hit scores less, the query has no good answer. Chosen on dev: of 30 queries without a good answer
 * it finds 15, and it takes none of 99 answerable ones and 10 of 1,118 known items for empty. A floor for every hit
 * would cut the tail of good answers instead.
 */
export const NO_ANSWER_BELOW = 0.2

/** A candidate's score, 0..1. The very title always wins: most music queries name what they want. */
export function fuse(candidate: Candidate, fusion = FUSION): number {
  if (candidate.title === 'exact') return 1
  // Without a vector the text stands alone, so that a degraded answer keeps the scale.
  const fused =
    candidate.dense === null
      ? candidate.lexical
      : fusion.dense * Math.max(0, candidate.dense) + fusion.lexical * candidate.lexical
  return Math.min(0.999, fused + (candidate.title === 'prefix' ? fusion.titlePrefix : 0))
}

/**
 * Candidates by score, best first; ties by id, so that pages never overlap.
 *
 * @param floor the ranking is empty when the best score is less. Words alone are not held to it: their scores are
 *   lower, and an answer without the model should not be empty on top.
 */
export function rank(candidates: readonly Candidate[], floor: number, fusion = FUSION): Ranked[] {
  const ranked = candidates
    .map(
      (candidate): Ranked => ({
        id: candidate.id,
        kind: candidate.kind,
        score: fuse(candidate, fusion),
        dense: candidate.dense,
        lexical: candidate.lexical,
        title: candidate.title,
      }),
    )
    .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
  const [best] = ranked
  return best && best.dense !== null && best.score < floor ? [] : ranked
}
