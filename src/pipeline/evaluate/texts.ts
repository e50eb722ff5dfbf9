import type { Curation } from '../../domain/curation.ts'
import { playlistText } from '../../domain/document.ts'
import type { Playlist } from '../../domain/playlist.ts'
import { NO_BATCHING } from '../../embedding/batcher.ts'
import type { Embedder } from '../../embedding/embedder.ts'
import { defaultWorkers, openEmbedder } from '../../embedding/pool.ts'
import { openProgress } from '../progress.ts'

/** A playlist and, where there is one, the curator's answer. */
export interface Entry {
  readonly playlist: Playlist
  readonly curation?: Curation
}

/** The texts of a playlist that the rungs of the ladder search, by how much of it they know. */
export const TEXTS = {
  title: ({ playlist }: Entry) => playlist.title,
  /** Everything the catalogue says: title, editors' description, every track. */
  all: ({ playlist }: Entry) => [playlist.title, playlist.description ?? '', trackList(playlist)].join('. '),
  /** What the bi-encoder reads of an uncurated playlist. */
  raw: ({ playlist }: Entry) => playlistText(playlist),
  /** What the index holds. */
  enriched: ({ playlist, curation }: Entry) => playlistText(playlist, curation),
} as const
export type TextName = keyof typeof TEXTS

const trackList = (playlist: Playlist): string =>
  playlist.tracks.map(({ artists, title }) => `${artists.join(', ')} - ${title}`).join('; ')

/** Texts by playlist id. */
export function textsOf(entries: readonly Entry[], name: TextName): Map<string, string> {
  return new Map(entries.map((entry) => [entry.playlist.id, TEXTS[name](entry)]))
}

/** The service's pool of workers: twice as fast as one thread, and slow texts may wait. */
export function openTextEmbedder(modelDir: string): Promise<Embedder> {
  return openEmbedder({
    modelDir,
    workers: defaultWorkers(),
    providers: ['cpu'],
    strict: false,
    maxQueue: 1000,
    timeoutMs: 60_000,
    batch: NO_BATCHING,
  })
}

/** Enough to keep every worker busy, few enough for its queue. */
const IN_FLIGHT = 32

/** Document vectors by id. */
export async function embedTexts(
  embedder: Embedder,
  texts: ReadonlyMap<string, string>,
  label: string,
): Promise<Map<string, Float32Array>> {
  const progress = openProgress(label, texts.size, 'texts')
  const vectors = new Map<string, Float32Array>()
  const waiting = [...texts]
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [id, text] = next
      vectors.set(id, (await embedder.embed(text, 'document')).vector)
      progress.update(vectors.size)
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, work))
  progress.done()
  return vectors
}
