import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { defineCommand } from 'citty'
import { SegueError } from '../domain/errors.ts'
import { fileList, inputFiles } from './corpus.ts'
import { openEngines } from './engines.ts'
import { readCurations } from './enriched.ts'
import { listOption } from './list-option.ts'
import { integer, llmArgs, llmOptions, number } from './llm/args.ts'
import { describeStep, refuseIncomplete, type StepReport } from './llm/step.ts'
import { openProgress } from './progress.ts'
import { type Catalogue, fromLogs, fromMetadata, fromWriter, titlesOf } from './queries/collect.ts'
import { consistentPairs } from './queries/consistency.ts'
import { logArgs, logOptions } from './queries/log-options.ts'
import { countBySource, mixPairs } from './queries/mix.ts'
import { parseShares, parseSources } from './queries/shares.ts'
import { writeQuerySet } from './queries/write.ts'
import type { QueryPair, Source } from './query-set.ts'
import { readSplits, wantedSplits } from './splits.ts'

export const queries = defineCommand({
  meta: {
    name: 'queries',
    description: 'Make <query, playlist> pairs from logs, metadata and a language model',
  },
  args: {
    corpus: { type: 'positional', description: 'Corpus files (JSON Lines)', required: true },
    out: { type: 'string', description: 'Folder of the query set', required: true, valueHint: 'DIR' },
    from: {
      type: 'string',
      description: 'Sources: llm, metadata, logs; several with commas',
      default: 'metadata',
    },
    curation: {
      type: 'string',
      description: 'Curations; several with commas, later ones win',
      valueHint: 'FILE',
    },
    verdicts: { type: 'string', description: 'Verdicts of a review', valueHint: 'FILE' },
    splits: { type: 'string', description: 'splits.tsv of the catalogue', valueHint: 'FILE' },
    split: { type: 'string', description: 'Splits to make queries for', default: 'train' },
    'per-playlist': { type: 'string', description: 'Metadata queries of a playlist, at most', default: '6' },
    'max-share': {
      type: 'string',
      description: 'Thin a source above its share',
      default: 'metadata=0.4,logs=0.5',
    },
    'max-exact-title': {
      type: 'string',
      description: 'Share of pairs with the exact title',
      default: '0.333',
    },
    consistency: {
      type: 'string',
      description: 'Keep pairs in the first N of the base model; 0 for all',
      default: '20',
    },
    model: { type: 'string', description: 'Model folder, for the consistency filter', valueHint: 'DIR' },
    index: {
      type: 'string',
      description: 'Index bundle of that model, for the consistency filter',
      valueHint: 'DIR',
    },
    ...logArgs,
    ...llmArgs,
  },
  async run({ args, rawArgs }) {
    const sources = parseSources(args.from)
    const llm = sources.includes('llm') ? llmOptions(args) : null
    // Requests alone: there is nothing to choose from before their answers are in.
    const asksOnly = llm?.batchOut != null && !llm.live && llm.batchIn.length === 0
    const filter = asksOnly ? null : filterOptions(args, sources)
    const catalogue: Catalogue = {
      corpus: inputFiles(args._, 'corpus'),
      curations: await readCurations(fileList(args.curation), fileList(args.verdicts)),
      splits: args.splits
        ? { of: await readSplits(args.splits), wanted: wantedSplits(args.split) }
        : undefined,
    }
    const pairs: QueryPair[] = []
    let written: StepReport | null = null
    if (llm) {
      const answer = await fromWriter(catalogue, args.out, llm)
      written = answer.report
      process.stdout.write(`${describeStep(answer.report, 'playlists')}\n`)
      if (asksOnly) return
      pairs.push(...answer.pairs)
    }
    if (sources.includes('metadata')) {
      pairs.push(...(await fromMetadata(catalogue, integer(args, 'per-playlist', 1) ?? 6)))
    }
    const titles = await titlesOf(catalogue)
    if (sources.includes('logs')) {
      const found = await fromLogs(logSources(rawArgs), args.out, titles, logOptions(args))
      process.stdout.write(`logs: ${JSON.stringify(found.report)}\n`)
      pairs.push(...found.pairs)
    }
    const consistent = filter ? await filterPairs(pairs, filter) : pairs
    const mixed = mixPairs(
      consistent,
      titles,
      parseShares(args['max-share']),
      number(args, 'max-exact-title', 0) ?? 1 / 3,
    )
    const count = await writeQuerySet(args.out, mixed.pairs)
    const report = { made: countBySource(pairs), ...mixed.report, queries: count }
    await writeFile(join(args.out, 'queries.json'), `${JSON.stringify(report, null, 2)}\n`)
    process.stdout.write(`${count} queries, ${mixed.pairs.length} pairs: ${JSON.stringify(report)}\n`)
    if (written) refuseIncomplete(written)
  },
})

/** @throws SegueError `invalid_config` where no log is named */
function logSources(rawArgs: readonly string[]): string[] {
  const sources = listOption(rawArgs, 'logs')
  if (sources.length > 0) return sources
  throw new SegueError('invalid_config', '--from logs needs the logs', {
    field: '--logs',
    expected: 'the folder or redis:// URL that the service writes its behaviour log to',
  })
}

interface FilterOptions {
  readonly top: number
  readonly model: string
  readonly index: string
}

/**
 * Null where nothing is filtered: clicks are evidence of their own, the filter is for what was made up.
 *
 * @throws SegueError `invalid_config`, before a model is asked and paid
 */
function filterOptions(
  args: Readonly<Record<string, unknown>> & { model?: string | undefined; index?: string | undefined },
  sources: readonly Source[],
): FilterOptions | null {
  const top = integer(args, 'consistency', 0) ?? 20
  if (top === 0 || sources.every((source) => source === 'logs')) return null
  const { model, index } = args
  if (model && index) return { top, model, index }
  throw new SegueError('invalid_config', 'The consistency filter needs a model and its index', {
    field: '--consistency',
    expected: '--model DIR and --index DIR, or --consistency 0 to keep all pairs',
  })
}

async function filterPairs(
  pairs: readonly QueryPair[],
  { top, model, index }: FilterOptions,
): Promise<readonly QueryPair[]> {
  const made = pairs.filter(({ source }) => source !== 'logs')
  const engines = await openEngines(model, index)
  const progress = openProgress('consistency', made.length, 'pairs')
  try {
    const { embedder, bundle } = engines
    const kept = await consistentPairs(made, top, { embedder, retriever: bundle.retriever }, progress.update)
    return [...pairs.filter(({ source }) => source === 'logs'), ...made.filter((_, i) => kept[i])]
  } finally {
    progress.done()
    await engines.close()
  }
}
