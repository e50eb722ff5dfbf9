import { join } from 'node:path'
import type { Curation } from '../../domain/curation.ts'
import { newReadReport, readLog } from '../../events/read.ts'
import { type Enriched, enrichedPlaylists } from '../enriched.ts'
import { writeJsonl } from '../jsonl.ts'
import type { LlmOptions } from '../llm/args.ts'
import { runLlmStep, type StepReport } from '../llm/step.ts'
import type { QueryPair, Source } from '../query-set.ts'
import type { Split } from '../splits.ts'
import { type LogPairOptions, type LogPairReport, pairsFromLog } from './from-logs.ts'
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

export interface LogSource {
  readonly pairs: QueryPair[]
  readonly report: LogPairReport & {
    readonly records: number
    readonly bad: number
    readonly elsewhere: number
  }
}

/**
 * Pairs from behaviour logs (files, folders, redis:// URLs), for the catalogue's playlists only; the queries that found
 * nothing good go to `folder/low-performing.jsonl`, from which `segue candidates` starts.
 */
export async function fromLogs(
  sources: readonly string[],
  folder: string,
  titles: ReadonlyMap<string, string>,
  options: LogPairOptions,
): Promise<LogSource> {
  let read = newReadReport()
  async function* records() {
    // The log is read twice: what counts is one reading.
    read = newReadReport()
    for (const source of sources) yield* readLog(source, read)
  }
  const { pairs, low, report } = await pairsFromLog(records, options)
  await writeJsonl(join(folder, 'low-performing.jsonl'), low)
  const here = pairs.filter(({ id }) => titles.has(id))
  const { records: count, bad } = read
  return { pairs: here, report: { ...report, records: count, bad, elsewhere: pairs.length - here.length } }
}

/** Titles by id, to tell which queries hold one. */
export async function titlesOf(catalogue: Catalogue): Promise<Map<string, string>> {
  const titles = new Map<string, string>()
  for await (const { playlist } of playlistsOf(catalogue)) titles.set(playlist.id, playlist.title)
  return titles
}

const playlistsOf = ({ corpus, curations, splits }: Catalogue): AsyncGenerator<Enriched> =>
  enrichedPlaylists(corpus, curations, splits)
