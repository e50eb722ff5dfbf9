import { existsSync } from 'node:fs'
import { SegueError } from '../domain/errors.ts'
import { Playlist } from '../domain/playlist.ts'
import { readJsonl } from './jsonl.ts'

/** The playlists of corpus files, in order, streamed. @throws SegueError with file and line at the first bad row */
export async function* readPlaylists(files: readonly string[]): AsyncGenerator<Playlist> {
  for (const file of files) {
    for await (const { value } of readJsonl(file, Playlist)) yield value
  }
}

/** The files a command was given. @throws SegueError where there is none, or one does not exist */
export function inputFiles(given: readonly string[], what: string): readonly string[] {
  if (given.length === 0)
    throw new SegueError('invalid_config', `${what}: no file given`, { expected: 'one or more files' })
  const missing = given.find((file) => !existsSync(file))
  if (missing !== undefined)
    throw new SegueError('invalid_input', `${missing}: no such file`, { field: what })
  return given
}

/** An option that names several files with commas. */
export const fileList = (value: string | undefined): string[] =>
  value?.split(',').filter((file) => file !== '') ?? []
