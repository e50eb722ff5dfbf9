import { type Static, Type } from 'typebox'

/** Who proposed a pair. `known` and `probe` are controls of the labeller. */
export const PROPOSERS = ['dense-top', 'dense-mid', 'bm25', 'second', 'known', 'probe', 'given'] as const
const Proposer = Type.Enum(PROPOSERS)
export type Proposer = (typeof PROPOSERS)[number]

const Score = Type.Union([Type.Number(), Type.Null()])

/** A pair to be labelled: a row of candidates.jsonl. */
export const CandidatePair = Type.Object({
  query_id: Type.String({ minLength: 1 }),
  query: Type.String({ minLength: 1, maxLength: 500 }),
  id: Type.String({ minLength: 1 }),
  source: Proposer,
  /** Cosine of query and playlist by the bi-encoder; null where the index has no such playlist. */
  score: Score,
  /** The best cosine among the playlists known to answer the query; null where none is known. */
  known_score: Score,
})
export type CandidatePair = Static<typeof CandidatePair>
