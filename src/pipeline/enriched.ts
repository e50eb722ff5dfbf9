import { Curation } from '../domain/curation.ts'
import type { Playlist } from '../domain/playlist.ts'
import { readPlaylists } from './corpus.ts'
import { readJsonlBy } from './jsonl.ts'
import { applyVerdicts } from './review/apply.ts'
import { readVerdicts } from './review/verdict.ts'
import type { Split } from './splits.ts'

/** A playlist with what the curator says of it. */
export interface Enriched {
  readonly playlist: Playlist
  readonly curation: Curation | undefined
}

/** Curations of several files by id, a later file before an earlier one, with a review's verdicts obeyed. */
export async function readCurations(
  files: readonly string[],
  verdictFiles: readonly string[] = [],
): Promise<Map<string, Curation>> {
  const all = new Map<string, Curation>()
  for (const file of files) {
    for (const [id, curation] of await readJsonlBy(file, Curation, (row) => row.id)) all.set(id, curation)
  }
  return verdictFiles.length === 0 ? all : applyVerdicts(all.values(), await readVerdicts(verdictFiles))
}

/** Streams the playlists of some splits with their curations. Without splits, all of them. */
export async function* enrichedPlaylists(
  corpus: readonly string[],
  curations: ReadonlyMap<string, Curation>,
  splits?: { readonly of: ReadonlyMap<string, Split>; readonly wanted: ReadonlySet<Split> },
): AsyncGenerator<Enriched> {
  for await (const playlist of readPlaylists(corpus)) {
    const split = splits?.of.get(playlist.id)
    if (splits && (split === undefined || !splits.wanted.has(split))) continue
    yield { playlist, curation: curations.get(playlist.id) }
  }
}
