import type { Filter } from '../domain/filter.ts'
import type { Kind } from '../domain/playlist.ts'

export interface SearchRequest {
  /** As the listener typed it. */
  readonly q: string
  readonly filter: Filter
  readonly limit: number
  readonly offset: number
  /** Ranks each kind on its own: an app shows two shelves. */
  readonly groupByKind: boolean
  readonly explain: boolean
  /** Neither reads nor writes the cache. */
  readonly bypassCache: boolean
}

/** Candidates from each leg for each kind: enough that more change no first page, few enough to be ranked in no time. */
export const CANDIDATES = 50

/** A part of the search that an answer had to do without. */
export type MissingPart = 'dense'

/** A candidate with its place in the ranking. */
export interface Ranked {
  readonly id: string
  readonly kind: Kind
  /** 0..1, comparable between queries of one model. */
  readonly score: number
  readonly dense: number | null
  readonly lexical: number
  readonly title: 'exact' | 'prefix' | null
}
