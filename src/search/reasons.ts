import type { PlaylistRecord } from '../catalog/catalog.ts'
import { FACETS } from '../domain/curation.ts'
import { lexicalTerms } from '../domain/query.ts'
import type { Ranked } from './request.ts'

/** Why a playlist is a hit, for people to read and for apps to render. */
export interface Reason {
  readonly type:
    | 'title'
    | 'themes'
    | 'genres'
    | 'moods'
    | 'activities'
    | 'eras'
    | 'artists'
    | 'tracks'
    | 'meaning'
  /** The words of the playlist that matched. */
  readonly values: readonly string[]
  /** For `meaning`: cosine similarity of query and playlist. */
  readonly similarity?: number
}

/** Words that match everywhere and explain nothing. */
const STOP_WORDS = new Set(
  'a an and at best by for from in music my of on or playlist song songs that the to with'.split(' '),
)

const MOST_VALUES = 3

/**
 * Which words of the query stand where in the playlist, and how close the meanings are. What is said here is what
 * the score was made of; nothing is invented for display.
 */
export function reasons(query: string, hit: Ranked, record: PlaylistRecord): Reason[] {
  const terms = new Set(lexicalTerms(query).filter((term) => !STOP_WORDS.has(term)))
  const matches = (value: string) => lexicalTerms(value).some((term) => terms.has(term))
  const found: Reason[] = []
  const add = (type: Reason['type'], values: readonly string[]) => {
    const unique = [...new Set(values)].slice(0, MOST_VALUES)
    if (unique.length > 0) found.push({ type, values: unique })
  }

  const { playlist, facets } = record
  add('title', hit.title !== null || matches(playlist.title) ? [playlist.title] : [])
  for (const facet of FACETS) {
    if (facet !== 'artists') add(facet, facets[facet].filter(matches))
  }
  const artists = playlist.tracks.flatMap((track) => track.artists)
  add('artists', [...facets.artists, ...artists].filter(matches))
  add('tracks', playlist.tracks.map((track) => track.title).filter(matches))
  if (hit.dense !== null) found.push({ type: 'meaning', values: [], similarity: round(hit.dense) })
  return found
}

const round = (score: number): number => Math.round(score * 1000) / 1000
