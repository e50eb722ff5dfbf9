import { type Static, Type } from 'typebox'

/** Where a curation comes from; a person's verdict changes `model` to `review`. */
export const Provenance = Type.Object({
  model: Type.String(),
  /** The prompt's version. */
  prompt: Type.String(),
  /** ISO 8601, UTC. */
  at: Type.String(),
  /** What was nearly wrong, for review. */
  notes: Type.Array(Type.String()),
})
export type Provenance = Static<typeof Provenance>

const Tags = Type.Array(Type.String({ minLength: 1, maxLength: 120 }), { maxItems: 20 })

/** What the curator (a language model or a person) says that a playlist is. JSON Lines, keyed by playlist id. */
export const Curation = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 128 }),
  description: Type.String({ maxLength: 1000 }),
  themes: Tags,
  genres: Tags,
  moods: Tags,
  activities: Tags,
  eras: Tags,
  artists: Tags,
  language: Type.Optional(Type.String({ maxLength: 20 })),
  title_informative: Type.Boolean(),
  confidence: Type.Number({ minimum: 0, maximum: 1 }),
  provenance: Type.Optional(Provenance),
})
export type Curation = Static<typeof Curation>

/** The facets a curation gives, in the order in which they enter a document's text. */
export const FACETS = ['themes', 'genres', 'moods', 'activities', 'eras', 'artists'] as const
export type Facet = (typeof FACETS)[number]
export type Facets = Readonly<Record<Facet, readonly string[]>>

export const NO_FACETS: Facets = { themes: [], genres: [], moods: [], activities: [], eras: [], artists: [] }
