import type { Curation } from '../../domain/curation.ts'
import { playlistText } from '../../domain/document.ts'
import type { Playlist } from '../../domain/playlist.ts'
import { NO_BATCHING } from '../../embedding/batcher.ts'
import type { Embedder } from '../../embedding/embedder.ts'
import { defaultWorkers, openEmbedder } from '../../embedding/pool.ts'
import { embedInOrder } from '../index/embed-in-order.ts'
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

/** Document vectors by id. */
export async function embedTexts(
  embedder: Embedder,
  texts: ReadonlyMap<string, string>,
  label: string,
): Promise<Map<string, Float32Array>> {
  const progress = openProgress(label, texts.size, 'texts')
  const vectors = new Map<string, Float32Array>()
  for await (const { row, vector } of embedInOrder(texts, ([, text]) => text, embedder, 'document')) {
    vectors.set(row[0], vector)
    progress.update(vectors.size)
  }
  progress.done()
  return vectors
}
