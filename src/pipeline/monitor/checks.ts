import type { Drift } from './drift.ts'
import type { Snapshot } from './snapshot.ts'
import type { Thresholds } from './thresholds.ts'

/** One thing that is watched, as it stands. */
export interface Check {
  /** Also the alarm's name, and the metric's: letters, digits, underscores. */
  readonly name: string
  /** In words, for the report. */
  readonly what: string
  readonly value: number
  readonly threshold: number
  /** Which side of the threshold is wrong. */
  readonly bad: 'below' | 'above'
  readonly fired: boolean
  /** What a person should look at when it fires. */
  readonly remedy: string
}

/** P below which a fall of nDCG is not chance. */
const SIGNIFICANT = 0.05

/** Everything that can be checked with what is at hand: some needs an earlier run, a bundle or a log. */
export function runChecks(now: Snapshot, drift: Drift | null, limits: Thresholds): Check[] {
  const { traffic } = now
  return [
    below(
      'judged',
      'Judged share of the top 10',
      now.quality.judged,
      limits.judgedMin,
      'judge the new answers and freeze the canary set again',
    ),
    above(
      'empty',
      'Answerable canary queries that get nothing',
      now.emptyShare,
      limits.emptyShareMax,
      'the floor of the ranking, the model, the size of the index',
    ),
    below(
      'ann_recall',
      'HNSW recall@10 against exact search',
      now.annRecall,
      limits.annRecallMin,
      'build the graph again; raise ef or M',
    ),
    below(
      'self_similarity',
      'Cosine of stored and fresh vectors',
      now.selfSimilarity,
      limits.selfSimilarityMin,
      'the model that built the index, its text builder, or the order of its vectors',
    ),
    below(
      'judge_kappa',
      'Kappa of the judge and the frozen grades',
      now.judge?.kappa,
      limits.kappaMin,
      'the judge’s model or prompt; calibrate it again',
    ),
    above(
      'traffic_empty',
      'Listeners’ searches that get nothing',
      traffic?.emptyShare,
      limits.trafficEmptyMax,
      'segue queries --from logs lists the low-performing queries',
    ),
    above(
      'traffic_degraded',
      'Listeners’ searches answered without a part',
      traffic?.degradedShare,
      limits.degradedShareMax,
      'the service’s log and /readyz',
    ),
    ndcgDrop(drift, limits),
    below(
      'rbo',
      'Rank-biased overlap with the last good run',
      drift?.rbo,
      limits.rboMin,
      'what was deployed since; accept the run if it was meant (--accept)',
    ),
    above(
      'psi',
      'Population-stability index of canary top scores',
      drift?.psi,
      limits.psiMax,
      'model, text builder and ranking weights',
    ),
    above(
      'traffic_psi',
      'Population-stability index of listeners’ top scores',
      drift?.trafficPsi,
      limits.psiMax,
      'model and index, or what listeners look for has changed',
    ),
    above(
      'low_score_rise',
      'Rise of weak answers',
      drift?.lowShareRise,
      limits.lowShareRise,
      'model and text builder',
    ),
    above(
      'playlists_drop',
      'Share of playlists gone',
      drift?.playlistsDrop,
      limits.playlistsDrop,
      'the catalogue import and its skipped rows',
    ),
  ].filter((check) => check !== null)
}

type Value = number | null | undefined

function below(name: string, what: string, value: Value, threshold: number, remedy: string): Check | null {
  if (value === null || value === undefined) return null
  return { name, what, value, threshold, bad: 'below', fired: value < threshold, remedy }
}

function above(name: string, what: string, value: Value, threshold: number, remedy: string): Check | null {
  if (value === null || value === undefined) return null
  return { name, what, value, threshold, bad: 'above', fired: value > threshold, remedy }
}

/** A fall counts when it is large and not chance: on a hundred queries either alone cries too often. */
function ndcgDrop(drift: Drift | null, { ndcgDrop: threshold }: Thresholds): Check | null {
  const check = above(
    'ndcg_drop',
    'Fall of nDCG@10',
    drift?.ndcgDrop,
    threshold,
    'compare both runs with segue evaluate',
  )
  return check && { ...check, fired: check.fired && (drift?.ndcgP ?? 1) < SIGNIFICANT }
}
