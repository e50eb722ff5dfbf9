import { Playlist } from '../../domain/playlist.ts'
import type { Embedder } from '../../embedding/embedder.ts'
import { readCurations } from '../enriched.ts'
import { readJsonlBy } from '../jsonl.ts'
import { bm25System } from './bm25.ts'
import { exactSystem } from './exact.ts'
import { queryEmbedder, type System } from './system.ts'
import { type Entry, embedTexts, textsOf } from './texts.ts'

/** The catalogue with its curator's answers, as the rungs read it. */
export async function readEntries(
  catalogue: readonly string[],
  curation: readonly string[],
  verdicts: readonly string[] = [],
): Promise<Entry[]> {
  const curations = await readCurations(curation, verdicts)
  const entries = new Map<string, Entry>()
  for (const file of catalogue) {
    for (const [id, playlist] of await readJsonlBy(file, Playlist, ({ id }) => id)) {
      const curated = curations.get(id)
      entries.set(id, curated ? { playlist, curation: curated } : { playlist })
    }
  }
  return [...entries.values()]
}

/** The rungs: what words find, what each model finds, and what the curator adds to all of them. */
export async function ladderSystems(
  entries: readonly Entry[],
  embedders: readonly Embedder[],
): Promise<System[]> {
  const systems = [
    bm25System('BM25, titles', textsOf(entries, 'title')),
    bm25System('BM25, all text', textsOf(entries, 'all')),
    bm25System('BM25, enriched', textsOf(entries, 'enriched')),
  ]
  for (const embedder of embedders) {
    const embedQuery = queryEmbedder(embedder)
    for (const [text, name] of DENSE_RUNGS) {
      const system = `${embedder.info.model}, ${name}`
      const vectors = await embedTexts(embedder, textsOf(entries, text), system)
      systems.push(exactSystem(system, vectors, embedQuery))
    }
  }
  return systems
}

const DENSE_RUNGS = [
  ['title', 'titles'],
  ['raw', 'raw metadata'],
  ['enriched', 'enriched'],
] as const
