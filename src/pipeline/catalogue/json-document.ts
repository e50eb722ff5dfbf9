import { JSONParser } from '@streamparser/json'
import { messageOf, SegueError } from '../../domain/errors.ts'
import { fileChunks } from '../lines.ts'
import type { RawPlaylist } from './source.ts'

/** Where the playlists lie in a JSON document. */
export type DocumentPath = '$' | '$.*' | '$.items.*' | '$.playlists.*' | '$.playlists.items.*'

/**
 * Where the playlists lie, by a document's beginning: an array of them, MPD's {"playlists": [...]}, a search result
 * {"playlists": {"items": [...]}}, a page {"items": [...]} or one playlist. Null where it is no JSON.
 */
export function documentPath(head: string): DocumentPath | null {
  if (head.startsWith('[')) return '$.*'
  if (!head.startsWith('{')) return null
  const top = topLevelKeys(head)
  if (top.get('playlists') === '[') return '$.playlists.*'
  if (top.get('playlists') === '{') return '$.playlists.items.*'
  if (top.get('items') === '[' && !top.has('name') && !top.has('id')) return '$.items.*'
  return '$'
}

/** The keys of a document's outermost object as far as its beginning shows them, with the first character of each value. */
function topLevelKeys(head: string): Map<string, string> {
  const keys = new Map<string, string>()
  let depth = 0
  for (const [token, colon, first] of head.matchAll(/"(?:[^"\\]|\\.)*"(\s*:\s*(?=(.)))?|[{}[\]]/gs)) {
    if (token === '{' || token === '[') depth++
    else if (token === '}' || token === ']') depth--
    else if (colon !== undefined && depth === 1) {
      keys.set(JSON.parse(token.slice(0, token.length - colon.length)) as string, first ?? '')
    }
  }
  return keys
}

/**
 * The values at a path of a JSON document of any size, one at a time in memory.
 *
 * @throws SegueError `invalid_input` where the document is broken; what was read before has been given by then
 */
export async function* jsonDocument(
  file: string,
  path: DocumentPath,
  onBytes: (bytes: number) => void,
): AsyncGenerator<RawPlaylist> {
  const parser = new JSONParser({ paths: [path], keepStack: false })
  let ready: unknown[] = []
  let count = 0
  parser.onValue = ({ value }) => {
    ready.push(value)
  }
  const broken = (error: unknown) =>
    new SegueError('invalid_input', `${file}: broken JSON after playlist ${count}: ${messageOf(error)}`, {
      field: file,
      expected: 'a whole JSON document',
      cause: error,
    })
  for await (const chunk of fileChunks(file, onBytes)) {
    let failure: unknown = null
    try {
      parser.write(chunk)
    } catch (error) {
      failure = error
    }
    const values = ready
    ready = []
    for (const value of values) yield { value, where: `${file}#${++count}` }
    if (failure !== null) throw broken(failure)
  }
  if (!parser.isEnded) throw broken(new Error('it ends too early'))
}
