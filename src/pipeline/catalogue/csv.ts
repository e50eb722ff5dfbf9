import { Readable } from 'node:stream'
import { parse } from 'csv-parse'
import { messageOf, SegueError } from '../../domain/errors.ts'
import { fileChunks } from '../lines.ts'
import type { RawPlaylist, Unreadable } from './source.ts'

/** Columns by the names that exports use. */
const COLUMNS: Readonly<Record<string, string>> = {
  playlist_id: 'id',
  playlist_name: 'title',
  playlist_title: 'title',
  name: 'title',
  num_followers: 'followers',
  track_name: 'track_title',
  trackname: 'track_title',
  artist_name: 'track_artists',
  artist: 'track_artists',
  artists: 'track_artists',
  track_artist: 'track_artists',
  year: 'track_year',
}

type Record_ = Readonly<Record<string, string>>

/**
 * Playlists of a CSV file (TSV where its name says so) with a header. Two shapes: a playlist a row, its `tracks` as a
 * JSON array or as "Artist - Title; Artist - Title"; or a track a row (`track_title`, `track_artists` divided by ";",
 * `track_year`), the rows of a playlist together.
 */
export async function* csvPlaylists(
  file: string,
  onBytes: (bytes: number) => void,
  onUnreadable: (bad: Unreadable) => void,
): AsyncGenerator<RawPlaylist> {
  const parser = parse({
    bom: true,
    columns: (header: string[]) => header.map(columnName),
    delimiter: /\.tsv(\.gz)?$/i.test(file) ? '\t' : ',',
    info: true,
    skip_empty_lines: true,
    relax_column_count: true,
    max_record_size: 64 * 1024 * 1024,
  })
  const source = Readable.from(fileChunks(file, onBytes))
  source.on('error', (error) => parser.destroy(error))
  let open: { id: string; where: string; value: PlaylistFields } | null = null
  try {
    for await (const { record, info } of source.pipe(parser) as AsyncIterable<{
      record: Record_
      info: { lines: number; columns: { name: string }[] }
    }>) {
      const where = `${file}:${info.lines}`
      if (info.columns.length !== Object.keys(record).length) {
        onUnreadable({
          where,
          reason: `${Object.keys(record).length} columns, the header has ${info.columns.length}`,
        })
        continue
      }
      if (!('track_title' in record)) {
        yield { where, value: { ...fields(record), tracks: trackList(record.tracks ?? '') } }
        continue
      }
      if (open && open.id !== record.id) {
        yield { where: open.where, value: open.value }
        open = null
      }
      open ??= { id: record.id ?? '', where, value: { ...fields(record), tracks: [] } }
      open.value.tracks.push(track(record.track_title ?? '', record.track_artists ?? '', record.track_year))
    }
  } catch (error) {
    if (error instanceof SegueError) throw error
    throw new SegueError('invalid_input', `${file}: ${messageOf(error)}`, {
      field: file,
      expected: 'CSV with a header',
      cause: error,
    })
  }
  if (open) yield { where: open.where, value: open.value }
}

type PlaylistFields = Record<string, unknown> & { tracks: unknown[] }

const columnName = (name: string): string => {
  const key = name
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_')
  return COLUMNS[key] ?? (key === 'trackcount' ? 'trackCount' : key)
}

/** Numbers as numbers; an empty cell is no value. Community is the kind of a playlist that does not say. */
function fields(record: Record_): Record<string, unknown> & { tracks: unknown[] } {
  const value: Record<string, unknown> & { tracks: unknown[] } = { kind: 'community', tracks: [] }
  for (const name of ['id', 'kind', 'title', 'description', 'owner', 'language'] as const) {
    const cell = record[name]?.trim()
    if (cell) value[name] = cell
  }
  for (const name of ['followers', 'trackCount'] as const) {
    const cell = record[name]?.trim()
    if (cell) value[name] = Number(cell)
  }
  return value
}

function trackList(cell: string): unknown[] {
  if (cell.trimStart().startsWith('[')) {
    try {
      const tracks: unknown = JSON.parse(cell)
      if (Array.isArray(tracks)) return tracks
    } catch {
      // Not JSON after all: a first track whose name begins with a bracket.
    }
  }
  return cell
    .split(/\s*[;|]\s*/)
    .filter((entry) => entry !== '')
    .map((entry) => {
      const [artists = '', ...title] = entry.split(' - ')
      return title.length > 0 ? track(title.join(' - '), artists, undefined) : track(entry, '', undefined)
    })
}

function track(title: string, artists: string, year: string | undefined) {
  return {
    title: title.trim(),
    artists: artists
      .split(/\s*;\s*/)
      .map((name) => name.trim())
      .filter((name) => name !== ''),
    ...(year?.trim() && { year: Number(year) }),
  }
}
