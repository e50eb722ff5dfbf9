import { Curation } from '../domain/curation.ts'
import type { Playlist } from '../domain/playlist.ts'
import { readPlaylists } from './corpus.ts'
import { readJsonlBy } from './jsonl.ts'
import type { Split } from './splits.ts'

/** A playlist with what the curator says of it. */
export interface Enriched {
  readonly playlist: Playlist
  readonly curation: Curation | undefined
}

/** Curations of several files by id; a later file wins, as a review does over the curator. */
export async function readCurations(files: readonly string[]): Promise<Map<string, Curation>> {
  const all = new Map<string, Curation>()
  for (const file of files) {
    for (const [id, curation] of await readJsonlBy(file, Curation, (row) => row.id)) all.set(id, curation)
  }
  return all
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
