import { type Static, Type } from 'typebox'
import { Kind } from './playlist.ts'

const AnyOf = (what: string) =>
  Type.Array(Type.String({ minLength: 1, maxLength: 200 }), {
    minItems: 1,
    maxItems: 50,
    description: `Keep playlists with any of these ${what}`,
  })

/**
 * Which playlists may be hits. Values in one list are alternatives; the lists narrow each other.
 * Facet values and languages compare without case.
 */
export const Filter = Type.Object({
  kind: Type.Optional(Kind),
  languages: Type.Optional(AnyOf('languages (ISO 639 codes)')),
  owners: Type.Optional(AnyOf('owners')),
  minFollowers: Type.Optional(
    Type.Integer({ minimum: 0, description: 'Keep playlists with at least as many followers' }),
  ),
  eras: Type.Optional(AnyOf('eras, e.g. 1990s')),
  genres: Type.Optional(AnyOf('genres')),
  moods: Type.Optional(AnyOf('moods')),
  activities: Type.Optional(AnyOf('activities')),
})
export type Filter = Static<typeof Filter>

/** The filter's facets whose values are kept in the catalogue's facet table. */
export const FILTER_FACETS = ['eras', 'genres', 'moods', 'activities'] as const
