import type { Facets } from '../domain/curation.ts'
import type { Playlist } from '../domain/playlist.ts'

/** A playlist as it is answered: the catalogue's row and what the curator says of it. */
export interface PlaylistRecord {
  readonly playlist: Playlist
  /** The curator's description; null for a playlist without a curation. */
  readonly summary: string | null
  readonly facets: Facets
}

/** The playlists of an index, by id. */
export interface Catalog {
  /** In the order asked; an id that is not there is left out. */
  get(ids: readonly string[]): PlaylistRecord[]
  /** All ids, editorial playlists first, in the order of the index. */
  ids(): string[]
  close(): void
}
