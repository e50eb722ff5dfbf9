import { Type } from 'typebox'
import { Filter } from '../domain/filter.ts'
import { Kind, Track } from '../domain/playlist.ts'
import { MAX_QUERY_LENGTH } from '../domain/query.ts'
import { STAGES } from '../telemetry/stages.ts'
import { EXAMPLE_ANSWER, EXAMPLE_HIT, EXAMPLE_PLAYLIST } from './examples.ts'

const strict = { additionalProperties: false }

const NullableString = Type.Unsafe<string | null>({ type: ['string', 'null'] })
const NullableInteger = Type.Unsafe<number | null>({ type: ['integer', 'null'] })

const KindOrAll = Type.Enum(['editorial', 'community', 'all'], {
  default: 'all',
  description: 'Kind of playlist',
})
const Group = Type.Enum(['none', 'kind'], {
  default: 'none',
  description: 'kind: rank editorial and community each on its own',
})
const Limit = Type.Integer({
  minimum: 1,
  maximum: 100,
  default: 10,
  description: 'Hits on a page, of each group',
})
const Offset = Type.Integer({
  minimum: 0,
  maximum: 100_000,
  default: 0,
  description: 'Hits to leave out. Past the end the page is empty and `total` says where the end is',
})
const Explain = Type.Boolean({ default: false, description: 'Say of each hit why it matched' })
// Length is checked by the query's own rules, which answer with their own codes (query_empty, query_too_long).
const Q = Type.String({
  description: `What the listener typed: 1 to ${MAX_QUERY_LENGTH} characters`,
  examples: ['rainy sunday indie folk'],
})

/** Headers that change or mark a search; others are let through. */
export const SearchHeaders = Type.Object({
  'cache-control': Type.Optional(Type.String({ description: 'no-cache goes past the cache' })),
  'x-segue-user': Type.Optional(
    Type.String({
      maxLength: 256,
      description:
        'Any id that stays the same for a listener; only a salted hash is kept, and only where a behaviour log is',
    }),
  ),
})

export const SearchQuery = Type.Object(
  {
    q: Q,
    limit: Type.Optional(Limit),
    offset: Type.Optional(Offset),
    kind: Type.Optional(KindOrAll),
    language: Type.Optional(
      Type.String({ minLength: 2, maxLength: 20, description: 'ISO 639 code, e.g. en' }),
    ),
    group: Type.Optional(Group),
    explain: Type.Optional(Explain),
  },
  strict,
)

const { kind: _kind, ...filterFields } = Filter.properties
export const SearchBody = Type.Object(
  {
    q: Q,
    limit: Type.Optional(Limit),
    offset: Type.Optional(Offset),
    kind: Type.Optional(KindOrAll),
    group: Type.Optional(Group),
    explain: Type.Optional(Explain),
    ...filterFields,
  },
  {
    ...strict,
    examples: [{ q: '90s eurodance', group: 'kind', limit: 5, eras: ['1990s'], minFollowers: 100 }],
  },
)

export const BatchBody = Type.Object(
  { queries: Type.Array(SearchBody, { minItems: 1, maxItems: 100 }) },
  {
    ...strict,
    examples: [{ queries: [{ q: 'bossa nova dinner' }, { q: 'songs to lift heavy to', limit: 3 }] }],
  },
)

const Tags = Type.Array(Type.String())
const Facets = Type.Object({
  themes: Tags,
  genres: Tags,
  moods: Tags,
  activities: Tags,
  eras: Tags,
  artists: Tags,
})

const viewFields = {
  id: Type.String({ examples: ['epl-089a80d733'] }),
  kind: Kind,
  title: Type.String(),
  description: NullableString,
  describedBy: Type.Unsafe<'editors' | 'curator' | null>({
    enum: ['editors', 'curator', null],
    description: 'editors wrote the description; or the curator model, where they said nothing',
  }),
  owner: NullableString,
  language: NullableString,
  followers: NullableInteger,
  trackCount: Type.Integer(),
  tracks: Type.Array(Track, { description: 'All tracks of a playlist; the first five of a hit' }),
  facets: Facets,
}

export const PlaylistView = Type.Object(viewFields, { $id: 'Playlist', examples: [EXAMPLE_PLAYLIST] })

export const Hit = Type.Object(
  {
    rank: Type.Integer({ minimum: 1 }),
    score: Type.Number({ description: '0..1, comparable between queries of one model' }),
    ...viewFields,
    reasons: Type.Optional(
      Type.Array(
        Type.Object({
          type: Type.Enum([
            'title',
            'themes',
            'genres',
            'moods',
            'activities',
            'eras',
            'artists',
            'tracks',
            'meaning',
          ]),
          values: Type.Array(Type.String()),
          similarity: Type.Optional(Type.Number({ description: 'Cosine similarity of query and playlist' })),
        }),
      ),
    ),
  },
  { $id: 'Hit', examples: [EXAMPLE_HIT] },
)

const Took = Type.Object(
  {
    ...Object.fromEntries(STAGES.map((stage) => [stage, Type.Optional(Type.Number())])),
    total: Type.Number(),
  },
  { description: 'Milliseconds by stage; a stage that was not needed is not there' },
)

const hitsFields = {
  hits: Type.Array(Type.Ref('Hit')),
  total: Type.Integer({ description: 'Candidates that can be paged through' }),
}

export const SearchAnswer = Type.Object(
  {
    searchId: Type.String({ description: 'Names this answer in POST /v1/events' }),
    query: Type.String({ description: 'The form of the query that was searched' }),
    hits: Type.Optional(hitsFields.hits),
    total: Type.Optional(hitsFields.total),
    groups: Type.Optional(Type.Array(Type.Object({ kind: Kind, ...hitsFields }))),
    limit: Type.Integer(),
    offset: Type.Integer(),
    took: Took,
    model: Type.String({ description: 'Model name and fingerprint' }),
    index: Type.String({ description: 'Index name and fingerprint' }),
    cache: Type.Enum(['hit', 'miss', 'bypass']),
    degraded: Type.Array(Type.Enum(['dense']), {
      description:
        'Parts that this answer had to do without; empty when it is whole. dense: matched by words alone',
    }),
  },
  { $id: 'SearchAnswer', examples: [EXAMPLE_ANSWER] },
)

export const BatchAnswer = Type.Object({
  results: Type.Array(Type.Union([Type.Ref('SearchAnswer'), Type.Ref('Problem')]), {
    description: 'In the order of the queries; a query that failed has problem details in its place',
  }),
  took: Type.Object({ total: Type.Number() }),
})

export const SimilarQuery = Type.Object(
  {
    limit: Type.Optional(Limit),
    kind: Type.Optional(KindOrAll),
    language: Type.Optional(Type.String({ minLength: 2, maxLength: 20 })),
  },
  strict,
)
export const PlaylistParams = Type.Object({ id: Type.String() })
