import type { Kind } from '../domain/playlist.ts'

/** Rows of one kind, both ends included; last < first where there are none. */
export interface RowRange {
  readonly first: number
  readonly last: number
}

/** Rows are numbered from 1, editorial ones first, so that a kind is one range. A row is also a vector's label. */
export function rangesOf(counts: Readonly<Record<Kind, number>>): Record<Kind, RowRange> {
  const { editorial, community } = counts
  return {
    editorial: { first: 1, last: editorial },
    community: { first: editorial + 1, last: editorial + community },
  }
}
