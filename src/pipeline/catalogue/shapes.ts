import type { Playlist, Track } from '../../domain/playlist.ts'
import { decodeEntities } from './entities.ts'

/** Counts what is left out or cut, by reason: an import must not lose things in silence. */
export type Lost = (reason: string) => void

type Fields = Readonly<Record<string, unknown>>
/** A playlist that may still break the schema, or why it is none. */
export type Shaped = { readonly playlist: unknown } | { readonly refused: string }

/** Whose playlists on the Web API are editorial. */
export type IsEditorial = (ownerId: string) => boolean

/** A playlist in our form, out of ours, MPD's or the Web API's: told apart by their fields. */
export function shapePlaylist(value: unknown, isEditorial: IsEditorial, lost: Lost): Shaped {
  if (!isFields(value)) return { refused: value === null ? 'a null item' : 'no playlist object' }
  if ('pid' in value) return mpdPlaylist(value, lost)
  if (value.type === 'playlist' || isFields(value.tracks) || isFields(value.items)) {
    return webApiPlaylist(value, isEditorial, lost)
  }
  return { playlist: value }
}

/** Spotify's Million Playlist Dataset: {pid, name, description?, num_followers, tracks: [{track_name, artist_name}]}. */
function mpdPlaylist(value: Fields, lost: Lost): Shaped {
  const tracks = list(value.tracks).flatMap((track): Track[] => {
    if (!isFields(track)) return none(lost, 'a null track')
    return shapeTrack(text(track.track_name), [text(track.artist_name)], undefined, lost)
  })
  return shapedPlaylist(
    {
      id: `mpd-${String(value.pid)}`,
      kind: 'community',
      title: text(value.name),
      description: decodeEntities(text(value.description)),
      owner: '',
      followers: value.num_followers,
      trackCount: value.num_tracks,
      tracks,
    },
    lost,
  )
}

/** A playlist object of the Web API. Its items may be null, hold no track, or be podcast episodes. */
function webApiPlaylist(value: Fields, isEditorial: IsEditorial, lost: Lost): Shaped {
  const page = isFields(value.tracks) ? value.tracks : isFields(value.items) ? value.items : {}
  if (!Array.isArray(page.items)) return { refused: 'its tracks are linked but not listed' }
  const tracks = page.items.flatMap((item: unknown): Track[] => {
    if (!isFields(item)) return none(lost, 'a null item')
    // Newer versions of the API say `item` where older ones say `track`.
    const track = item.track ?? item.item
    if (!isFields(track)) return none(lost, 'an item without its track')
    if (track.type === 'episode') return none(lost, 'a podcast episode')
    const artists = list(track.artists).map((artist) => (isFields(artist) ? text(artist.name) : ''))
    const released = isFields(track.album) ? text(track.album.release_date) : ''
    return shapeTrack(text(track.name), artists, Number(released.slice(0, 4)), lost)
  })
  const owner = isFields(value.owner) ? value.owner : {}
  return shapedPlaylist(
    {
      id: text(value.id),
      kind: isEditorial(text(owner.id)) ? 'editorial' : 'community',
      title: decodeEntities(text(value.name)),
      description: decodeEntities(text(value.description)),
      owner: text(owner.display_name) || text(owner.id),
      followers: isFields(value.followers) ? value.followers.total : undefined,
      trackCount: page.total,
      tracks,
    },
    lost,
  )
}

interface Found {
  readonly id: string
  readonly kind: Playlist['kind']
  readonly title: string
  readonly description: string
  readonly owner: string
  readonly followers: unknown
  readonly trackCount: unknown
  readonly tracks: Track[]
}

function shapedPlaylist(found: Found, lost: Lost): Shaped {
  if (found.title === '') return { refused: 'no title' }
  if (found.tracks.length === 0) return { refused: 'no tracks' }
  const { description, owner, followers, trackCount } = found
  const playlist: Playlist = {
    id: found.id,
    kind: found.kind,
    title: clip(found.title, 300, 'a title', lost),
    ...(description !== '' && { description: clip(description, 4000, 'a description', lost) }),
    ...(owner !== '' && { owner: clip(owner, 200, 'an owner', lost) }),
    ...(isCount(followers) && { followers }),
    ...(isCount(trackCount) && trackCount > found.tracks.length && { trackCount }),
    tracks: found.tracks,
  }
  return { playlist }
}

function shapeTrack(title: string, artists: string[], year: number | undefined, lost: Lost): Track[] {
  if (title === '') return none(lost, 'a track without a name')
  const named = artists.filter((name) => name !== '')
  for (let n = named.length; n < artists.length; n++) lost('an artist without a name')
  return [
    {
      title: clip(title, 500, 'a track name', lost),
      artists: named.map((name) => clip(name, 300, 'an artist name', lost)),
      // Web API dates of unknown recordings begin with 0000.
      ...(year !== undefined && Number.isInteger(year) && year >= 1000 && year <= 2999 && { year }),
    },
  ]
}

const none = (lost: Lost, reason: string): [] => {
  lost(reason)
  return []
}

function clip(value: string, length: number, what: string, lost: Lost): string {
  if (value.length <= length) return value
  lost(`${what} cut at ${length} characters`)
  // Half a surrogate pair must not be left at the cut.
  return value.slice(0, length).replace(/[\uD800-\uDBFF]$/, '')
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
const text = (value: unknown): string => (typeof value === 'string' ? value.trim() : '')
const isCount = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0
