import { openProgress } from '../progress.ts'
import { compareRuns, type SetResult } from './compare.ts'
import type { QuerySet } from './query-set.ts'
import type { System } from './system.ts'
import type { Run } from './trec-run.ts'

/** Deep enough for every metric, and for a run file that others judge further. */
const DEPTH = 100
const IN_FLIGHT = 16

/** Asks every system every query of a set. */
export async function runSystems(set: QuerySet, systems: readonly System[]): Promise<Map<string, Run>> {
  const progress = openProgress(set.name, systems.length * set.queries.length, 'queries')
  const runs = new Map<string, Run>()
  let done = 0
  for (const system of systems) {
    const run = new Map<string, readonly string[]>()
    for (let from = 0; from < set.queries.length; from += IN_FLIGHT) {
      const batch = set.queries.slice(from, from + IN_FLIGHT)
      const rankings = await Promise.all(batch.map(({ text }) => system.rank(text, DEPTH)))
      batch.forEach(({ _id }, index) => {
        run.set(_id, rankings[index] ?? [])
      })
      done += batch.length
      progress.update(done, system.name)
    }
    runs.set(system.name, run)
  }
  progress.done()
  return runs
}

/** Judgements of documents that a collection does not have; the answer cannot be found, whatever the system. */
export function missingJudged(set: QuerySet, ids: ReadonlySet<string>): number {
  let missing = 0
  for (const judged of set.qrels.values()) {
    for (const [id, grade] of judged) if (grade > 0 && !ids.has(id)) missing++
  }
  return missing
}

/** The set as a smaller collection can answer it: judgements of what it does not have are dropped. */
export function restrictTo(set: QuerySet, ids: ReadonlySet<string>): QuerySet {
  const qrels = new Map(
    [...set.qrels].map(([query, judged]) => [query, new Map([...judged].filter(([id]) => ids.has(id)))]),
  )
  return { ...set, qrels }
}

export interface EvaluateOptions {
  readonly relevant: number
  readonly baseline: string | undefined
  /** Rankings from elsewhere, by query set and then by system. */
  readonly extraRuns?: ReadonlyMap<string, Run>
}

/** Runs and compares: one table, and the rankings it was made from. */
export async function evaluateSet(
  set: QuerySet,
  systems: readonly System[],
  { relevant, baseline, extraRuns = new Map() }: EvaluateOptions,
): Promise<{ result: SetResult; runs: ReadonlyMap<string, Run> }> {
  const runs = new Map([...(await runSystems(set, systems)), ...extraRuns])
  return { result: compareRuns(set, runs, { relevant, baseline }), runs }
}
