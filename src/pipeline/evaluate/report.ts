import { METRICS, type Metric } from '../../domain/relevance.ts'
import { intervalPlot } from '../report/interval-plot.ts'
import { escapeHtml, htmlPage } from '../report/page.ts'
import { htmlTable, markdownTable, share, signed, type Table } from '../report/table.ts'
import type { Difference, SetResult, SystemRow } from './compare.ts'

/** What an evaluation found: the JSON that `segue evaluate` writes, and what its tables are printed from. */
export interface Evaluation {
  readonly format: 'segue-evaluation/1'
  readonly title: string
  /** Model, index, catalogue: what was evaluated, in words. */
  readonly about: string
  readonly sets: readonly SetResult[]
}

const LABELS: Record<Metric, string> = {
  'recall@1': 'Recall@1',
  'recall@3': 'Recall@3',
  'recall@10': 'Recall@10',
  'success@10': 'Success@10',
  'ndcg@10': 'nDCG@10',
  'mrr@10': 'MRR@10',
  'p@1': 'P@1',
  'judged@10': 'Judged@10',
}
const PLOTTED = ['recall@1', 'recall@3', 'recall@10', 'ndcg@10'] as const
const COMPARED = ['recall@1', 'recall@3', 'recall@10', 'ndcg@10'] as const

const METHOD =
  'Metrics by trec_eval’s definitions, nDCG with linear gain. ± is half the 95 % bootstrap interval over ' +
  'groups of queries; p is a paired randomisation test, Holm-corrected over the systems of a table in one metric.'

/** The evaluation as Markdown, a section for each query set. */
export function markdownReport(evaluation: Evaluation): string {
  const sections = evaluation.sets.map((result) => {
    const differences = differenceTable(result)
    return [
      `## ${result.set}`,
      describe(result),
      markdownTable(meansTable(result)),
      ...(differences
        ? [`Points (and per cent) against ${result.baseline}:`, markdownTable(differences)]
        : []),
    ].join('\n\n')
  })
  return `${[`# ${evaluation.title}`, evaluation.about, METHOD, ...sections].join('\n\n')}\n`
}

/** The evaluation as one self-contained HTML page with plots. */
export function htmlReport(evaluation: Evaluation): string {
  const sections = evaluation.sets.map((result) => {
    const differences = differenceTable(result)
    const plots = PLOTTED.map((metric) =>
      intervalPlot(
        LABELS[metric],
        result.rows.map((row) => ({
          label: row.system,
          interval: row.metrics[metric],
          base: row.system === result.baseline,
        })),
      ),
    )
    return `<section><h2>${escapeHtml(result.set)}</h2>
<p class="soft">${escapeHtml(describe(result))}</p>
<div class="plots">${plots.join('\n')}</div>
${htmlTable(meansTable(result))}
${differences ? `<h3>Points (and per cent) against ${escapeHtml(String(result.baseline))}</h3>${htmlTable(differences)}` : ''}</section>`
  })
  return htmlPage(
    evaluation.title,
    evaluation.about,
    `${sections.join('\n')}\n<p class="soft">${escapeHtml(METHOD)}</p>`,
  )
}

function describe({ n, groups, unanswerable, relevant }: SetResult): string {
  const parts = [
    `${n} queries`,
    ...(groups === n ? [] : [`written for ${groups} playlists`]),
    ...(unanswerable === 0 ? [] : [`${unanswerable} more that nothing answers are left out`]),
    relevant === 1 ? 'any grade above 0 is relevant' : `grade ${relevant} and up is relevant`,
  ]
  return `${parts.join('; ')}.`
}

function meansTable({ rows }: SetResult): Table {
  const cell = ({ metrics }: SystemRow, metric: Metric) => {
    const { mean, low, high } = metrics[metric]
    return metric === 'judged@10' ? share(mean) : `${share(mean)} ±${share((high - low) / 2)}`
  }
  return {
    head: ['System', ...METRICS.map((metric) => LABELS[metric])],
    rows: rows.map((row) => [row.system, ...METRICS.map((metric) => cell(row, metric))]),
  }
}

function differenceTable({ rows }: SetResult): Table | null {
  const compared = rows.filter((row) => row.against !== null)
  if (compared.length === 0) return null
  return {
    head: ['System', ...COMPARED.map((metric) => LABELS[metric])],
    rows: compared.map((row) => [row.system, ...COMPARED.map((metric) => difference(row.against?.[metric]))]),
  }
}

/** Points, then per cent, then what chance would do. */
function difference(found: Difference | undefined): string {
  if (!found) return '–'
  const { absolute, relative, pHolm } = found
  const percent = relative === null ? '' : ` (${signed(relative * 100)} %)`
  return `${signed(absolute * 100)}${percent}, p ${pHolm < 0.001 ? '<.001' : share(pHolm)}`
}
