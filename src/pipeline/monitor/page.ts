import { linePlot } from '../report/line-plot.ts'
import { escapeHtml, htmlPage } from '../report/page.ts'
import { htmlTable, share } from '../report/table.ts'
import type { Check } from './checks.ts'
import type { Snapshot } from './snapshot.ts'
import type { Thresholds } from './thresholds.ts'

/** Runs that a plot shows. */
const SHOWN_RUNS = 30

/** Measures that every run carries by itself; those against an earlier run are in the table. */
const PLOTTED: readonly {
  readonly name: string
  readonly caption: string
  readonly value: (run: Snapshot) => number | null
  readonly threshold: (limits: Thresholds, now: Snapshot, before: Snapshot | null) => number
}[] = [
  {
    name: 'ndcg_drop',
    caption: 'nDCG@10 of the canary set',
    value: (run) => run.quality.ndcg,
    threshold: (limits, now, before) => (before ?? now).quality.ndcg - limits.ndcgDrop,
  },
  {
    name: 'judged',
    caption: 'Judged share of the top 10',
    value: (run) => run.quality.judged,
    threshold: (limits) => limits.judgedMin,
  },
  {
    name: 'empty',
    caption: 'Answerable queries that get nothing',
    value: (run) => run.emptyShare,
    threshold: (limits) => limits.emptyShareMax,
  },
  {
    name: 'low_score_rise',
    caption: 'Weak answers',
    value: (run) => run.lowShare,
    threshold: (limits, now, before) => (before ?? now).lowShare + limits.lowShareRise,
  },
  {
    name: 'ann_recall',
    caption: 'HNSW recall@10',
    value: (run) => run.annRecall,
    threshold: (limits) => limits.annRecallMin,
  },
  {
    name: 'self_similarity',
    caption: 'Stored and fresh vectors, cosine',
    value: (run) => run.selfSimilarity,
    threshold: (limits) => limits.selfSimilarityMin,
  },
  {
    name: 'judge_kappa',
    caption: 'Judge agreement, kappa',
    value: (run) => run.judge?.kappa ?? null,
    threshold: (limits) => limits.kappaMin,
  },
  {
    name: 'traffic_empty',
    caption: 'Listeners’ searches that get nothing',
    value: (run) => run.traffic?.emptyShare ?? null,
    threshold: (limits) => limits.trafficEmptyMax,
  },
]

/** @param history earlier runs on this canary set and this one, oldest first; `before` is the run compared with */
export function monitorPage(
  history: readonly Snapshot[],
  before: Snapshot | null,
  checks: readonly Check[],
  limits: Thresholds,
): string {
  const now = history.at(-1) as Snapshot
  const runs = history.slice(-SHOWN_RUNS)
  const fired = checks.filter((check) => check.fired)
  const plots = PLOTTED.filter(({ value }) => runs.some((run) => value(run) !== null)).map((plot) =>
    linePlot({
      caption: plot.caption,
      values: runs.map(plot.value),
      labels: runs.map(({ at }) => at.slice(5, 16).replace('T', ' ')),
      threshold: plot.threshold(limits, now, before),
      fired: fired.some(({ name }) => name === plot.name),
    }),
  )
  const verdict =
    fired.length === 0
      ? '<p class="good"><strong>All checks are fine.</strong></p>'
      : `<p class="bad"><strong>${fired.length} of ${checks.length} checks raise an alarm.</strong></p>
<ul>${fired.map(({ what, remedy }) => `<li><strong>${escapeHtml(what)}.</strong> Look at: ${escapeHtml(remedy)}.</li>`).join('\n')}</ul>`
  const table = htmlTable(
    {
      head: ['Check', 'Value', 'Alarm', 'State'],
      rows: checks.map(({ what, value, threshold, bad, fired }) => [
        what,
        share(value),
        `${bad} ${share(threshold)}`,
        fired ? 'alarm' : 'fine',
      ]),
    },
    (cell) => cell === 'alarm',
  )
  const compared = before
    ? `compared with the run of ${moment(before.at)}`
    : 'the first good run to compare with is still missing'
  return htmlPage(
    'Search monitor',
    `${moment(now.at)}; model ${now.model}, index ${now.index}${now.playlists === null ? '' : ` of ${now.playlists} playlists`}; ${compared}.`,
    `${verdict}\n<div class="plots">${plots.join('\n')}</div>\n<h2>Checks</h2>\n${table}`,
  )
}

const moment = (at: string): string => `${at.slice(0, 16).replace('T', ' ')} UTC`
