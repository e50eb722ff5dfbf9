import type { Candidate } from '../retrieval/retriever.ts'
import type { Ranked } from './request.ts'

/** Version of the ranking: part of every cache key. */
export const RANKING_VERSION = 'rank/1'

/**
 * Weights of the convex combination of the normalised scores of both legs (Bruch et al., "An Analysis of Fusion
 * Functions for Hybrid Retrieval", arXiv:2210.11934), and what a title match adds. Tuned on dev queries only.
 */
export const FUSION: Fusion = { dense: 0.7, lexical: 0.3, titlePrefix: 0.05 }

export interface Fusion {
  readonly dense: number
  readonly lexical: number
  /** Added where the query is the beginning of a title. */
  readonly titlePrefix: number
}

/** Below this score a hit is noise: chosen on dev queries that have no good answer. */
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

/** Candidates by score, best first, those below the floor left out; ties by id, so that pages never overlap. */
export function rank(candidates: readonly Candidate[], floor: number, fusion = FUSION): Ranked[] {
  return candidates
    .map((candidate) => ({ ...candidate, score: fuse(candidate, fusion) }))
    .filter((candidate) => candidate.score >= floor)
    .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
}
