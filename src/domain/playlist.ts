import { type Static, Type } from 'typebox'

/** `editorial` (EPL) is curated by staff and described; `community` (CPL) is made by users: a title and tracks. */
export const Kind = Type.Enum(['editorial', 'community'])
export type Kind = Static<typeof Kind>
export const KINDS: readonly Kind[] = ['editorial', 'community']

export const Track = Type.Object({
  title: Type.String({ minLength: 1, maxLength: 500 }),
  artists: Type.Array(Type.String({ minLength: 1, maxLength: 300 }), { maxItems: 100 }),
  year: Type.Optional(Type.Integer({ minimum: 1000, maximum: 2999 })),
})
export type Track = Static<typeof Track>

/** One row of a catalogue: JSON Lines, one playlist a line. */
export const Playlist = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 128, pattern: '^[A-Za-z0-9._:-]+$' }),
  kind: Kind,
  title: Type.String({ minLength: 1, maxLength: 300, pattern: '\\S' }),
  description: Type.Optional(Type.String({ maxLength: 4000 })),
  owner: Type.Optional(Type.String({ maxLength: 200 })),
  language: Type.Optional(Type.String({ pattern: '^[a-z]{2,3}$', description: 'ISO 639 code, zxx, mul' })),
  followers: Type.Optional(Type.Integer({ minimum: 0 })),
  trackCount: Type.Optional(
    Type.Integer({ minimum: 0, description: 'When the playlist is longer than the tracks given here' }),
  ),
  tracks: Type.Array(Track, { maxItems: 10_000 }),
})
export type Playlist = Static<typeof Playlist>
