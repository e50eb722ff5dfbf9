import { type Static, Type } from 'typebox'
import { Filter } from '../domain/filter.ts'
import { Playlist } from '../domain/playlist.ts'

export const EVENT_TYPES = ['impression', 'click', 'play', 'save', 'skip'] as const

const EventType = Type.Unsafe<(typeof EVENT_TYPES)[number]>({
  type: 'string',
  enum: [...EVENT_TYPES],
  description:
    'impression: it came into view; click: it was opened; play: it was listened to; save: it was kept; ' +
    'skip: it was refused',
})

/** A UUID, since other text could be anything, a person's name too. */
const SearchId = Type.String({
  pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
  description: 'The searchId of the answer that the playlist was shown in',
})
const Time = Type.String({
  format: 'date-time',
  maxLength: 40,
  description: 'When it happened (RFC 3339); the time of arrival when left out',
})
const PlaylistId = Playlist.properties.id
const Position = Type.Integer({
  minimum: 1,
  maximum: 100_000,
  description: 'The rank of its hit, on its own shelf',
})
const Seconds = Type.Number({
  minimum: 0,
  maximum: 86_400,
  description: 'How long it was played; with play only',
})

/** What a listener did with a playlist that a search showed, as an app reports it. */
export const ListenerEvent = Type.Object(
  {
    searchId: SearchId,
    type: EventType,
    playlistId: PlaylistId,
    position: Type.Optional(Position),
    seconds: Type.Optional(Seconds),
    at: Type.Optional(Time),
    user: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 256,
        description: 'Any id that stays the same for a listener. Only a salted hash of it is kept',
      }),
    ),
  },
  { additionalProperties: false },
)
export type ListenerEvent = Static<typeof ListenerEvent>

/** A pseudonym by userHasher(): the logged form of a user has no other. */
const UserHash = Type.Optional(Type.String({ pattern: '^[A-Za-z0-9_-]{22}$' }))

export const EventRecord = Type.Object({
  type: EventType,
  searchId: SearchId,
  playlistId: PlaylistId,
  position: Type.Optional(Position),
  seconds: Type.Optional(Seconds),
  at: Time,
  user: UserHash,
})
export type EventRecord = Static<typeof EventRecord>

export const SearchRecord = Type.Object({
  type: Type.Literal('search'),
  searchId: SearchId,
  at: Time,
  /** Normalised. */
  query: Type.String(),
  filter: Filter,
  /** Whether each kind had its own shelf; `hits` then holds one shelf after the other. */
  group: Type.Boolean(),
  offset: Type.Integer({ minimum: 0 }),
  /** Ids as shown, best first. */
  hits: Type.Array(Type.String()),
  topScore: Type.Union([Type.Number(), Type.Null()]),
  degraded: Type.Array(Type.String()),
  user: UserHash,
})
export type SearchRecord = Static<typeof SearchRecord>

/** A line of the behaviour log. */
export type LogRecord = SearchRecord | EventRecord
