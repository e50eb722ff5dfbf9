import { join } from 'node:path'
import type { Curation } from '../../domain/curation.ts'
import { type Enriched, enrichedPlaylists } from '../enriched.ts'
import type { LlmOptions } from '../llm/args.ts'
import { runLlmStep, type StepReport } from '../llm/step.ts'
import type { QueryPair, Source } from '../query-set.ts'
import type { Split } from '../splits.ts'
import { metadataPairs } from './metadata.ts'
import { writerTask } from './writer.ts'

export interface Catalogue {
  readonly corpus: readonly string[]
  readonly curations: ReadonlyMap<string, Curation>
  readonly splits:
    | { readonly of: ReadonlyMap<string, Split>; readonly wanted: ReadonlySet<Split> }
    | undefined
}

/** Pairs from titles and facets. */
export async function fromMetadata(catalogue: Catalogue, perPlaylist: number): Promise<QueryPair[]> {
  const pairs: QueryPair[] = []
  for await (const playlist of playlistsOf(catalogue)) pairs.push(...metadataPairs(playlist, perPlaylist))
  return pairs
}

/** Pairs from the query writer; what it has not answered yet is in the report. */
export async function fromWriter(
  catalogue: Catalogue,
  folder: string,
  options: LlmOptions,
): Promise<{ readonly pairs: QueryPair[]; readonly report: StepReport }> {
  const pairs: QueryPair[] = []
  const source: Source = 'llm'
  const report = await runLlmStep(
    writerTask,
    () => playlistsOf(catalogue),
    join(folder, 'llm'),
    options,
    (outcome) => {
      if (outcome.state !== 'accepted') return
      const { id } = outcome.item.playlist
      for (const { intent, text } of outcome.value) pairs.push({ query: text, id, source, intent, weight: 1 })
    },
  )
  return { pairs, report }
}

/** Titles by id, to tell which queries hold one. */
export async function titlesOf(catalogue: Catalogue): Promise<Map<string, string>> {
  const titles = new Map<string, string>()
  for await (const { playlist } of playlistsOf(catalogue)) titles.set(playlist.id, playlist.title)
  return titles
}

const playlistsOf = ({ corpus, curations, splits }: Catalogue): AsyncGenerator<Enriched> =>
  enrichedPlaylists(corpus, curations, splits)
