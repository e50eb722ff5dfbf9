import type { PlaylistRecord } from '../catalog/catalog.ts'
import type { Facets } from '../domain/curation.ts'
import type { Kind, Track } from '../domain/playlist.ts'
import { type Reason, reasons } from './reasons.ts'
import type { Ranked } from './request.ts'

/** Tracks shown with a hit; `GET /v1/playlists/{id}` has them all. */
const PREVIEW_TRACKS = 5

/** A playlist as an answer shows it, without what only a search can say. */
export interface PlaylistView {
  readonly id: string
  readonly kind: Kind
  readonly title: string
  readonly description: string | null
  /** Who described it: the editors, or the curator model where the editors said nothing. */
  readonly describedBy: 'editors' | 'curator' | null
  readonly owner: string | null
  readonly language: string | null
  readonly followers: number | null
  readonly trackCount: number
  readonly tracks: readonly Track[]
  readonly facets: Facets
}

export interface Hit extends PlaylistView {
  /** 1 for the best, counted through all pages. */
  readonly rank: number
  readonly score: number
  readonly reasons?: readonly Reason[]
}

/** @param previewTracks how many tracks to show; all by default */
export function playlistView(record: PlaylistRecord, previewTracks = Number.POSITIVE_INFINITY): PlaylistView {
  const { playlist, summary, facets } = record
  return {
    id: playlist.id,
    kind: playlist.kind,
    title: playlist.title,
    description: playlist.description ?? summary,
    describedBy: playlist.description ? 'editors' : summary ? 'curator' : null,
    owner: playlist.owner ?? null,
    language: playlist.language ?? null,
    followers: playlist.followers ?? null,
    trackCount: playlist.trackCount ?? playlist.tracks.length,
    tracks: playlist.tracks.slice(0, previewTracks),
    facets,
  }
}

/** @param query normalised; given, each hit says why it matched */
export function toHit(ranked: Ranked, place: number, record: PlaylistRecord, query?: string): Hit {
  return {
    rank: place,
    score: Math.round(ranked.score * 10_000) / 10_000,
    ...playlistView(record, PREVIEW_TRACKS),
    ...(query === undefined ? {} : { reasons: reasons(query, ranked, record) }),
  }
}
