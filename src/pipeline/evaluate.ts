import { basename } from 'node:path'
import { defineCommand } from 'citty'
import { SegueError } from '../domain/errors.ts'
import { BUNDLE_SYSTEMS, bundleSystems } from './evaluate/bundle-systems.ts'
import { openSearchEngines } from './evaluate/engines.ts'
import { ladderSystems, readEntries } from './evaluate/ladder-systems.ts'
import { writeEvaluation } from './evaluate/outputs.ts'
import type { QuerySet } from './evaluate/query-set.ts'
import { openQuerySets, querySetArgs } from './evaluate/query-sets.ts'
import { remoteSystem } from './evaluate/remote.ts'
import { type Evaluation, markdownReport } from './evaluate/report.ts'
import { evaluateSet, missingJudged, restrictTo } from './evaluate/run-systems.ts'
import type { System } from './evaluate/system.ts'
import { openTextEmbedder } from './evaluate/texts.ts'
import { type Run, readRun } from './evaluate/trec-run.ts'
import { listOption } from './list-option.ts'
import { integer } from './llm/args.ts'

export interface EvaluateOptions {
  readonly title: string
  readonly sets: readonly QuerySet[]
  readonly systems: readonly System[]
  /** Ids of the collection; null where it is not known (a remote server). */
  readonly ids: ReadonlySet<string> | null
  readonly about: string
  readonly relevant: number
  readonly baseline: string | undefined
  /** Drop judgements of playlists that the collection does not have. */
  readonly restrict: boolean
  /** TREC run files, their rankings compared beside the systems. */
  readonly runFiles?: readonly string[]
  readonly out?: string | undefined
}

/** Evaluates systems on query sets and writes the outcome; what `segue evaluate` and `segue ladder` do. */
export async function evaluateSystems(options: EvaluateOptions): Promise<Evaluation> {
  const extraRuns = new Map<string, Run>()
  for (const file of options.runFiles ?? []) extraRuns.set(basename(file), await readRun(file))
  checkBaseline(options.baseline, [...options.systems.map(({ name }) => name), ...extraRuns.keys()])
  const runs = new Map<string, ReadonlyMap<string, Run>>()
  const results = []
  for (const given of options.sets) {
    const set = options.ids && options.restrict ? restrictTo(given, options.ids) : given
    warnOfMissing(given, options)
    const { relevant, baseline } = options
    const evaluated = await evaluateSet(set, options.systems, { relevant, baseline, extraRuns })
    results.push(evaluated.result)
    runs.set(set.name, evaluated.runs)
  }
  const { title, about } = options
  const evaluation: Evaluation = { format: 'segue-evaluation/1', title, about, sets: results }
  if (options.out) await writeEvaluation(options.out, evaluation, runs)
  return evaluation
}

function checkBaseline(baseline: string | undefined, known: readonly string[]): void {
  if (baseline === undefined || known.includes(baseline)) return
  throw new SegueError('invalid_config', `There is no system called ${JSON.stringify(baseline)}`, {
    field: '--baseline',
    expected: known.join(' | '),
  })
}

function warnOfMissing(set: QuerySet, { ids, restrict }: EvaluateOptions): void {
  const missing = ids ? missingJudged(set, ids) : 0
  if (missing === 0) return
  const what = `${set.name}: ${missing} relevant playlists of its judgements are not in this collection`
  const so = restrict
    ? 'these judgements are left out'
    : 'they count as not found (--restrict leaves them out)'
  process.stderr.write(`${what}; ${so}\n`)
}

const commonArgs = {
  ...querySetArgs,
  'relevant-grade': {
    type: 'string',
    description: 'Lowest grade that is relevant in binary metrics (sets of lower grades: their highest)',
    default: '2',
  },
  baseline: { type: 'string', description: 'System that the others are compared with' },
  restrict: {
    type: 'boolean',
    description: 'Leave judgements of playlists not in the collection out',
    default: false,
  },
  run: {
    type: 'string',
    description: 'TREC run files to compare with; several with commas',
    valueHint: 'FILE',
  },
  out: { type: 'string', description: 'Folder for JSON, Markdown, HTML and run files', valueHint: 'DIR' },
} as const

interface CommonArgs {
  readonly splits?: string | undefined
  readonly split: string
  readonly restrict: boolean
  readonly out?: string | undefined
}

async function common(args: CommonArgs, rawArgs: readonly string[]) {
  const sets = await openQuerySets({
    folders: listOption(rawArgs, 'set'),
    written: listOption(rawArgs, 'written'),
    splits: args.splits,
    split: args.split,
  })
  return {
    sets,
    relevant: integer({ ...args }, 'relevant-grade', 1) ?? 2,
    restrict: args.restrict,
    runFiles: listOption(rawArgs, 'run'),
    out: args.out,
  }
}

/** `segue evaluate --set DIR.. --index DIR --model DIR` */
export const evaluate = defineCommand({
  meta: {
    name: 'evaluate',
    description: 'Measure the search that serves, beside baselines, on judged queries',
  },
  args: {
    ...commonArgs,
    index: { type: 'string', description: 'Index bundle', valueHint: 'DIR' },
    model: { type: 'string', description: 'Model folder', valueHint: 'DIR' },
    url: {
      type: 'string',
      description: 'Running Segue servers to measure; several with commas',
      valueHint: 'URL',
    },
  },
  async run({ args, rawArgs }) {
    const options = await common(args, rawArgs)
    const urls = listOption(rawArgs, 'url')
    if (!args.index !== !args.model || (!args.index && urls.length === 0)) {
      throw new SegueError('invalid_config', 'It is not said what to evaluate', {
        expected: '--index DIR with --model DIR, or --url URL, or both',
      })
    }
    const engines = args.index && args.model ? await openSearchEngines(args.model, args.index) : null
    try {
      const info = engines?.embedder.info
      const manifest = engines?.bundle.manifest
      const about = info
        ? `Model ${info.model} (${info.precision}), index ${manifest?.name} of ${engines?.bundle.catalog.ids().length} playlists.`
        : `Servers: ${urls.join(', ')}.`
      const evaluation = await evaluateSystems({
        ...options,
        title: 'Search quality',
        about,
        systems: [...(engines ? await bundleSystems(engines) : []), ...urls.map((url) => remoteSystem(url))],
        ids: engines ? new Set(engines.bundle.catalog.ids()) : null,
        baseline: args.baseline ?? (engines ? BUNDLE_SYSTEMS.bm25All : undefined),
      })
      process.stdout.write(markdownReport(evaluation))
    } finally {
      await engines?.close()
    }
  },
})

/** `segue ladder --set DIR.. --catalogue FILE.. --curation FILE.. --model DIR`: what each step of the method adds. */
export const ladder = defineCommand({
  meta: { name: 'ladder', description: 'Measure rung by rung what words, the model and the curator add' },
  args: {
    ...commonArgs,
    catalogue: {
      type: 'string',
      description: 'Playlists as JSON Lines',
      required: true,
      valueHint: 'FILE..',
    },
    curation: {
      type: 'string',
      description: 'Curator answers JSONL; several with commas',
      valueHint: 'FILE',
    },
    model: { type: 'string', description: 'Model folder', required: true, valueHint: 'DIR' },
  },
  async run({ args, rawArgs }) {
    const options = await common(args, rawArgs)
    const catalogue = listOption(rawArgs, 'catalogue')
    const entries = await readEntries(catalogue, listOption(rawArgs, 'curation'))
    const curated = entries.filter(({ curation }) => curation !== undefined).length
    const embedder = await openTextEmbedder(args.model)
    try {
      const { model, precision } = embedder.info
      const evaluation = await evaluateSystems({
        ...options,
        title: 'The ladder: what each step adds',
        about: `${entries.length} playlists of ${catalogue.map((file) => basename(file)).join(' + ')}, ${curated} curated; ${model} (${precision}), exact search.`,
        systems: await ladderSystems(entries, embedder),
        ids: new Set(entries.map(({ playlist }) => playlist.id)),
        baseline: args.baseline ?? `${model}, raw metadata`,
      })
      process.stdout.write(markdownReport(evaluation))
    } finally {
      await embedder.close()
    }
  },
})
