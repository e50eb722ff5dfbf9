import { basename } from 'node:path'
import { SegueError } from '../../domain/errors.ts'
import { writeEvaluation } from './outputs.ts'
import type { QuerySet } from './query-set.ts'
import type { Evaluation } from './report.ts'
import { evaluateSet, missingJudged, restrictTo } from './run-systems.ts'
import type { System } from './system.ts'
import { type Run, readRun } from './trec-run.ts'

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
  const names = [...options.systems.map(({ name }) => name), ...extraRuns.keys()]
  checkDistinct(names)
  checkBaseline(options.baseline, names)
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

/** Rankings are kept by system: of two with one name, the first would be lost in silence. */
function checkDistinct(names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice === undefined) return
  throw new SegueError('invalid_config', `Two systems are called ${JSON.stringify(twice)}`, {
    expected: 'models, servers and run files that each have a name of their own',
  })
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
