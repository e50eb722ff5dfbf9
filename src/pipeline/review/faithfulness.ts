import type { Curation } from '../../domain/curation.ts'
import { playlistText } from '../../domain/document.ts'
import type { Playlist } from '../../domain/playlist.ts'
import type { Embedder } from '../../embedding/embedder.ts'

/**
 * How near a description lies to what it describes: the cosine of its vector with that of title and tracks. Low means
 * invented or about something else (Doc2Query--, 2301.03266); it is a hint for review, not a proof.
 */
export async function faithfulness(
  embedder: Embedder,
  playlist: Playlist,
  curation: Curation,
): Promise<number> {
  const { description: _, ...raw } = playlist
  const source = await embedder.embed(playlistText(raw), 'document')
  const said = await embedder.embed(curation.description, 'document')
  return source.vector.reduce((sum, x, i) => sum + x * (said.vector[i] as number), 0)
}
