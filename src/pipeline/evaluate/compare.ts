import { METRICS, type Metric, type Scores, scoreRanking } from '../../domain/relevance.ts'
import { bootstrapMean, holm, type Interval, mean, randomisationTest } from '../../domain/statistics.ts'
import type { EvalQuery, QuerySet } from './query-set.ts'
import type { Run } from './trec-run.ts'

/** A system's difference to the baseline in one metric, over the same queries. */
export interface Difference {
  readonly absolute: number
  /** Over the baseline's mean; null where that is 0. */
  readonly relative: number | null
  /** Paired randomisation test, two-sided. */
  readonly p: number
  /** Holm-corrected over the systems compared in this metric. */
  readonly pHolm: number
}

export interface SystemRow {
  readonly system: string
  readonly metrics: Readonly<Record<Metric, Interval>>
  /** Against the baseline; null for the baseline itself and where none was named. */
  readonly against: Readonly<Record<Metric, Difference>> | null
}

/** One query set's table. */
export interface SetResult {
  readonly set: string
  /** Queries averaged over: those with at least one playlist graded above 0. */
  readonly n: number
  /** Independent groups among them; intervals and tests are over groups. */
  readonly groups: number
  /** Queries that nothing answers: left out of every mean. */
  readonly unanswerable: number
  /** The lowest grade that counted as relevant in the binary metrics. */
  readonly relevant: number
  readonly baseline: string | null
  readonly rows: readonly SystemRow[]
}

export interface CompareOptions {
  /** The lowest grade that counts as relevant in binary metrics; in a set with lower grades only, their highest. */
  readonly relevant: number
  readonly baseline?: string | undefined
}

/** Scores by query, in the order of `answerable`. A query that a run does not have counts 0, as trec_eval -c does. */
export function scoreRun(set: QuerySet, run: Run, relevant: number): Scores[] {
  return answerable(set).map(({ _id }) =>
    scoreRanking(run.get(_id) ?? [], set.qrels.get(_id) ?? new Map(), relevant),
  )
}

/** The queries that have an answer. */
export function answerable(set: QuerySet): EvalQuery[] {
  return set.queries.filter(({ _id }) => [...(set.qrels.get(_id)?.values() ?? [])].some((grade) => grade > 0))
}

/** The grade from which a set's playlists are relevant: the one wanted, or the set's highest where that is lower. */
export function relevantGrade({ qrels }: QuerySet, wanted: number): number {
  const highest = Math.max(1, ...[...qrels.values()].flatMap((judged) => [...judged.values()]))
  return Math.min(wanted, highest)
}

/** @param runs by system, in the order of the table */
export function compareRuns(
  set: QuerySet,
  runs: ReadonlyMap<string, Run>,
  options: CompareOptions,
): SetResult {
  const queries = answerable(set)
  const groups = queries.map((query) => query.group ?? query._id)
  const relevant = relevantGrade(set, options.relevant)
  const scores = new Map([...runs].map(([system, run]) => [system, scoreRun(set, run, relevant)]))
  const base = options.baseline === undefined ? undefined : scores.get(options.baseline)
  const others = [...scores.keys()].filter((system) => base && system !== options.baseline)
  const differences = new Map<Metric, Map<string, Difference>>()
  for (const metric of METRICS) differences.set(metric, compareMetric(metric))

  function compareMetric(metric: Metric): Map<string, Difference> {
    const tested = others.map((system) => {
      const theirs = column(scores.get(system) as Scores[], metric)
      const ours = column(base as Scores[], metric)
      const paired = theirs.map((value, index) => value - (ours[index] as number))
      const [absolute, from] = [mean(paired), mean(ours)]
      return { absolute, relative: from === 0 ? null : absolute / from, p: randomisationTest(paired, groups) }
    })
    const corrected = holm(tested.map(({ p }) => p))
    return new Map(
      others.map((system, index) => [
        system,
        { ...(tested[index] as Omit<Difference, 'pHolm'>), pHolm: corrected[index] as number },
      ]),
    )
  }

  return {
    set: set.name,
    n: queries.length,
    groups: new Set(groups).size,
    unanswerable: set.queries.length - queries.length,
    relevant,
    baseline: base ? (options.baseline ?? null) : null,
    rows: [...scores].map(([system, list]) => ({
      system,
      metrics: perMetric((metric) => bootstrapMean(column(list, metric), groups)),
      against: others.includes(system)
        ? perMetric((metric) => differences.get(metric)?.get(system) as Difference)
        : null,
    })),
  }
}

const column = (scores: readonly Scores[], metric: Metric): number[] => scores.map((score) => score[metric])

function perMetric<T>(value: (metric: Metric) => T): Record<Metric, T> {
  return Object.fromEntries(METRICS.map((metric) => [metric, value(metric)])) as Record<Metric, T>
}
