import { Curation } from '../../domain/curation.ts'
import { Playlist } from '../../domain/playlist.ts'
import type { Embedder } from '../../embedding/embedder.ts'
import { readJsonlBy } from '../jsonl.ts'
import { bm25System } from './bm25.ts'
import { exactSystem } from './exact.ts'
import { queryEmbedder, type System } from './system.ts'
import { type Entry, embedTexts, textsOf } from './texts.ts'

/** The catalogue with its curator's answers, as the rungs read it. */
export async function readEntries(
  catalogue: readonly string[],
  curation: readonly string[],
): Promise<Entry[]> {
  const curations = new Map<string, Curation>()
  for (const file of curation) {
    for (const [id, row] of await readJsonlBy(file, Curation, ({ id }) => id)) curations.set(id, row)
  }
  const entries = new Map<string, Entry>()
  for (const file of catalogue) {
    for (const [id, playlist] of await readJsonlBy(file, Playlist, ({ id }) => id)) {
      const curated = curations.get(id)
      entries.set(id, curated ? { playlist, curation: curated } : { playlist })
    }
  }
  return [...entries.values()]
}

/** The first rungs: what words find, what the base model finds, and what the curator adds to both. */
export async function ladderSystems(entries: readonly Entry[], embedder: Embedder): Promise<System[]> {
  const embedQuery = queryEmbedder(embedder)
  const { model } = embedder.info
  const dense = async (name: string, texts: ReadonlyMap<string, string>) =>
    exactSystem(name, await embedTexts(embedder, texts, name), embedQuery)
  return [
    bm25System('BM25, titles', textsOf(entries, 'title')),
    bm25System('BM25, all text', textsOf(entries, 'all')),
    bm25System('BM25, enriched', textsOf(entries, 'enriched')),
    await dense(`${model}, titles`, textsOf(entries, 'title')),
    await dense(`${model}, raw metadata`, textsOf(entries, 'raw')),
    await dense(`${model}, enriched`, textsOf(entries, 'enriched')),
  ]
}
