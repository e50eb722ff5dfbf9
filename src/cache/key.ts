import { createHash } from 'node:crypto'
import type { Filter } from '../domain/filter.ts'

/** To be raised when answers to equal requests change in form or in ranking. */
const KEY_VERSION = 1

export interface KeyParts {
  /** The model manifest's fingerprint. */
  readonly model: string
  /** The index manifest's fingerprint. */
  readonly index: string
  /** Normalised by normaliseQuery(). */
  readonly query: string
  readonly filter: Filter
  /** Version and settings of the ranking, and whatever else changes the answer. */
  readonly ranking: string
}

/**
 * The cache key of an answer: `segue:` and 128 bits of SHA-256 over all that the answer depends on. The query is in
 * the hash only, so that keys hold nothing that a listener typed.
 */
export function cacheKey({ ranking, model, index, query, filter }: KeyParts): string {
  const text = JSON.stringify([KEY_VERSION, ranking, model, index, query, canonicalFilter(filter)])
  return `segue:${createHash('sha256').update(text).digest('base64url').slice(0, 22)}`
}

/** One form for filters that keep the same playlists: lists are sets, and case counts only where matching sees it. */
export function canonicalFilter(filter: Filter): [string, unknown][] {
  return Object.entries(filter)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]): [string, unknown] => [
      name,
      Array.isArray(value) ? canonicalList(name, value) : value,
    ])
    .sort(([a], [b]) => (a < b ? -1 : 1))
}

/** Owners are compared as they are, languages and facet values without case. */
function canonicalList(name: string, values: readonly string[]): string[] {
  const folded = name === 'owners' ? values : values.map((value) => value.toLowerCase())
  return [...new Set(folded)].sort()
}
