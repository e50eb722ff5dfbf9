import type { Qrels } from '../../domain/relevance.ts'
import type { Engines } from '../engines.ts'
import type { QuerySet } from '../evaluate/query-set.ts'
import { capture, judgeAgreement } from './capture.ts'
import { type Check, runChecks } from './checks.ts'
import { type Drift, driftFrom } from './drift.ts'
import { annRecall, selfSimilarity } from './health.ts'
import { appendHistory, lastGood, readHistory } from './history.ts'
import type { Probe } from './probe.ts'
import type { Snapshot } from './snapshot.ts'
import type { Thresholds } from './thresholds.ts'
import { readTraffic } from './traffic.ts'

export interface MonitorOptions {
  readonly probe: Probe
  /** Looked into for the health of the index; null watches a server from outside only. */
  readonly engines: Engines | null
  readonly canary: QuerySet
  readonly thresholds: Thresholds
  /** JSON Lines of snapshots; this run is added to it. */
  readonly history: string
  /** New grades of the judge for pairs of the canary set. */
  readonly judge?: Qrels | undefined
  /** The behaviour log: file, folder or redis:// URL; searches since the last run count. */
  readonly events?: string | undefined
  /** This run is as it should be, whatever fires: later runs are compared with it. */
  readonly accept: boolean
  /** ISO 8601, UTC. */
  readonly at: string
}

export interface MonitorRun {
  readonly snapshot: Snapshot
  readonly before: Snapshot | null
  readonly drift: Drift | null
  readonly checks: readonly Check[]
  /** Runs on this canary set, this one last. */
  readonly history: readonly Snapshot[]
}

/** Looks at the search once, compares with the last good run, and remembers. */
export async function runMonitor(options: MonitorOptions): Promise<MonitorRun> {
  const { probe, engines, canary, thresholds, at } = options
  const earlier = await readHistory(options.history)
  const captured = await capture(probe, canary, thresholds.lowScore)
  const texts = canary.queries.map(({ text }) => text)
  const seen: Snapshot = {
    ...captured,
    at,
    annRecall: engines ? await annRecall(engines, texts) : null,
    selfSimilarity: engines ? await selfSimilarity(engines) : null,
    judge: options.judge ? judgeAgreement(canary.qrels, options.judge) : null,
    traffic: options.events
      ? await readTraffic(options.events, thresholds.lowScore, earlier.at(-1)?.at)
      : null,
    alarms: [],
    accepted: options.accept,
  }
  const before = lastGood(earlier, seen.canary)
  const drift = before && driftFrom(before, seen, canary)
  const checks = runChecks(seen, drift, thresholds)
  const alarms = checks.filter(({ fired }) => fired).map(({ name }) => name)
  const snapshot = { ...seen, alarms }
  await appendHistory(options.history, snapshot)
  return {
    snapshot,
    before,
    drift,
    checks,
    history: [...earlier.filter((run) => run.canary === seen.canary), snapshot],
  }
}
