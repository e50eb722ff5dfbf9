import { SegueError } from '../../domain/errors.ts'
import { fileChunks, readLines } from '../lines.ts'
import { csvPlaylists } from './csv.ts'
import { type DocumentPath, documentPath, jsonDocument } from './json-document.ts'

export const FORMATS = ['auto', 'jsonl', 'csv', 'mpd', 'spotify'] as const
export type Format = (typeof FORMATS)[number]

/** A playlist as its file has it, and where: `file:line`, or `file#3` for the third playlist of a JSON document. */
export interface RawPlaylist {
  readonly value: unknown
  readonly where: string
}

/** A row that cannot be read at all. */
export interface Unreadable {
  readonly where: string
  readonly reason: string
}

/** As much of a file's beginning as tells its shape. */
const HEAD_BYTES = 256 * 1024

/**
 * The playlists of one file, whatever holds them: JSON Lines, CSV, or one JSON document of any size (an MPD slice, a
 * page of the Web API), each streamed.
 *
 * @param onBytes told of every chunk read, for progress
 */
export async function* rawPlaylists(
  file: string,
  format: Format,
  onBytes: (bytes: number) => void,
  onUnreadable: (bad: Unreadable) => void,
): AsyncGenerator<RawPlaylist> {
  const holder = await holderOf(file, format)
  if (holder === 'csv') yield* csvPlaylists(file, onBytes, onUnreadable)
  else if (holder === 'lines') yield* jsonLines(file, onBytes, onUnreadable)
  else yield* jsonDocument(file, holder.path, onBytes)
}

type Holder = 'csv' | 'lines' | { readonly path: DocumentPath }

async function holderOf(file: string, format: Format): Promise<Holder> {
  if (format === 'csv' || (format === 'auto' && /\.(csv|tsv)(\.gz)?$/i.test(file))) return 'csv'
  if (format === 'jsonl') return 'lines'
  const head = (await firstBytes(file))
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart()
  if (head === '') throw new SegueError('invalid_input', `${file}: the file is empty`, { field: file })
  const firstLine = head.slice(0, head.indexOf('\n') + 1)
  if (format === 'auto' && isWholeRow(firstLine)) return 'lines'
  const path = documentPath(head)
  if (path) return { path }
  throw new SegueError('invalid_input', `${file}: neither JSON Lines nor a JSON document of playlists`, {
    field: file,
    expected: 'JSON Lines, CSV (.csv), an MPD slice or playlist objects of the Web API',
  })
}

async function firstBytes(file: string): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of fileChunks(file)) {
    chunks.push(chunk)
    size += chunk.length
    if (size >= HEAD_BYTES) break
  }
  return Buffer.concat(chunks).subarray(0, HEAD_BYTES)
}

/** Whether a line is one playlist, rather than a document that happens to stand on one line. */
function isWholeRow(line: string): boolean {
  if (!line.startsWith('{')) return false
  try {
    const row = JSON.parse(line) as Record<string, unknown>
    return !Array.isArray(row.playlists) && !('playlists' in row) && !isPage(row)
  } catch {
    return false
  }
}

const isPage = (row: Record<string, unknown>) =>
  Array.isArray(row.items) && !('name' in row) && !('id' in row)

async function* jsonLines(
  file: string,
  onBytes: (bytes: number) => void,
  onUnreadable: (bad: Unreadable) => void,
): AsyncGenerator<RawPlaylist> {
  for await (const { text, line } of readLines(file, onBytes)) {
    const json = line === 1 ? text.replace(/^\uFEFF/, '') : text
    if (json.trim() === '') continue
    const where = `${file}:${line}`
    try {
      yield { value: JSON.parse(json), where }
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      onUnreadable({ where, reason: `not JSON: ${error.message}` })
    }
  }
}
