import { defineCommand } from 'citty'
import { SegueError } from '../domain/errors.ts'
import { openSearchEngines } from './evaluate/engines.ts'
import { readQrels, readQuerySet } from './evaluate/query-set.ts'
import { writeLines } from './jsonl.ts'
import type { Check } from './monitor/checks.ts'
import { monitorPage } from './monitor/page.ts'
import { localProbe, remoteProbe } from './monitor/probe.ts'
import { prometheusText } from './monitor/prometheus.ts'
import { type MonitorRun, runMonitor } from './monitor/run-monitor.ts'
import { readThresholds } from './monitor/thresholds.ts'
import { share } from './report/table.ts'

/** `segue monitor --canary DIR --history FILE`, with a bundle, a server or both. Exit code 1 when an alarm fires. */
export const monitor = defineCommand({
  meta: {
    name: 'monitor',
    description: 'Watch search quality: canary queries, drift, recall; exit code 1 on an alarm',
  },
  args: {
    canary: {
      type: 'string',
      description: 'Canary set: queries.jsonl, frozen qrels.tsv',
      required: true,
      valueHint: 'DIR',
    },
    history: {
      type: 'string',
      description: 'JSON Lines of earlier runs; this run is added',
      required: true,
      valueHint: 'FILE',
    },
    index: { type: 'string', description: 'Index bundle to look into', valueHint: 'DIR' },
    model: { type: 'string', description: 'Its model', valueHint: 'DIR' },
    url: { type: 'string', description: 'Running server to ask instead', valueHint: 'URL' },
    config: {
      type: 'string',
      description: 'Thresholds that differ from the defaults (YAML)',
      valueHint: 'FILE',
    },
    judge: {
      type: 'string',
      description: 'New grades of the judge for canary pairs (qrels TSV)',
      valueHint: 'FILE',
    },
    events: {
      type: 'string',
      description: 'Behaviour log: file, folder or redis:// URL',
      valueHint: 'SOURCE',
    },
    report: { type: 'string', description: 'Page to write', valueHint: 'FILE' },
    metrics: { type: 'string', description: 'Prometheus text file to write', valueHint: 'FILE' },
    accept: {
      type: 'boolean',
      description: 'Compare later runs with this one, whatever fires',
      default: false,
    },
  },
  async run({ args }) {
    if (!args.index !== !args.model || (!args.index && !args.url)) {
      throw new SegueError('invalid_config', 'It is not said what to watch', {
        expected: '--index DIR with --model DIR, or --url URL, or both',
      })
    }
    const canary = await readQuerySet(args.canary)
    const thresholds = await readThresholds(args.config)
    const engines = args.index && args.model ? await openSearchEngines(args.model, args.index) : null
    try {
      const run = await runMonitor({
        probe: engines && !args.url ? localProbe(engines) : remoteProbe(args.url ?? ''),
        engines,
        canary,
        thresholds,
        history: args.history,
        judge: args.judge ? await readQrels(args.judge) : undefined,
        events: args.events,
        accept: args.accept,
        at: new Date().toISOString(),
      })
      if (args.report) {
        await writeLines(args.report, [
          monitorPage(run.history, run.before, run.checks, thresholds).trimEnd(),
        ])
      }
      if (args.metrics) await writeLines(args.metrics, [prometheusText(run.snapshot, run.checks).trimEnd()])
      process.stdout.write(`${describeRun(run)}\n`)
      if (run.snapshot.alarms.length > 0) process.exitCode = 1
    } finally {
      await engines?.close()
    }
  },
})

function describeRun({ snapshot, before, checks }: MonitorRun): string {
  const { model, index, alarms, quality } = snapshot
  const fired = alarms.length === 0 ? 'no alarm' : `ALARM: ${alarms.join(', ')}`
  return [
    `model ${model}, index ${index}, nDCG@10 ${share(quality.ndcg)}`,
    before
      ? `compared with the run of ${before.at}`
      : 'no earlier good run on this canary set to compare with',
    ...checks.map(describeCheck),
    fired,
  ].join('\n')
}

const describeCheck = ({ what, value, threshold, bad, fired, remedy }: Check): string =>
  `${fired ? 'ALARM ' : 'ok    '}${what}: ${share(value)} (alarm ${bad} ${share(threshold)})${fired ? `. Look at: ${remedy}` : ''}`
