import type { ReviewItem } from './select.ts'
import { COLUMNS, FORMULA, LISTS } from './verdict.ts'

/** Tracks shown beside an answer. */
const TRACKS_SHOWN = 15

/** The review as CSV (RFC 4180): a person fills in `verdict` (accept, edit, reject) and mends the cells. */
export function* reviewTable(items: readonly ReviewItem[]): Generator<string> {
  yield COLUMNS.join(',')
  for (const { playlist, curation, why } of items) {
    const lists = Object.fromEntries(LISTS.map((name) => [name, curation?.[name].join('; ') ?? '']))
    const cells: Record<string, string> = {
      id: playlist.id,
      verdict: '',
      note: '',
      why: why.join('; '),
      title: playlist.title,
      tracks: playlist.tracks
        .slice(0, TRACKS_SHOWN)
        .map((track) => `${track.artists.join(', ')} - ${track.title}`)
        .join('; '),
      description: curation?.description ?? '',
      ...lists,
      language: curation?.language ?? '',
      title_informative: String(curation?.title_informative ?? ''),
      confidence: String(curation?.confidence ?? ''),
    }
    yield COLUMNS.map((name) => quoted(cells[name] ?? '')).join(',')
  }
}

/** A title such as "=1+1" must not run in a spreadsheet. */
function quoted(cell: string): string {
  const safe = FORMULA.test(cell) ? `'${cell}` : cell
  return /[",\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe
}
