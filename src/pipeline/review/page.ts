import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { ReviewItem } from './select.ts'
import { LISTS } from './verdict.ts'

/**
 * The review as one HTML file that needs no server: a person reads title and tracks, mends the answer, decides, and
 * downloads the verdicts. Playlist data stands in it as JSON and is only ever set as text.
 */
export async function reviewPage(items: readonly ReviewItem[], name: string): Promise<string> {
  const template = await readFile(new URL('../../../templates/review.html', import.meta.url), 'utf8')
  const shown = items.map(({ playlist, curation, why }) => ({
    id: playlist.id,
    kind: playlist.kind,
    title: playlist.title,
    said: playlist.description ?? '',
    tracks: playlist.tracks
      .slice(0, 15)
      .map(({ title, artists, year }) => `${artists.join(', ')} - ${title}${year ? ` (${year})` : ''}`),
    curation,
    why,
  }))
  // What was decided is kept in the browser by this key: another answer on the same playlist is another question.
  const key = createHash('sha256').update(JSON.stringify(shown)).digest('hex').slice(0, 16)
  const data = { name, key, lists: LISTS, items: shown }
  // "</script>" in a title must not end the script: "<" is written as an escape, and "$" is not a pattern here.
  const json = JSON.stringify(data).replace(/</g, '\\u003c')
  return template.replace('"{{DATA}}"', () => json)
}
