import type { Check } from './checks.ts'
import type { Snapshot } from './snapshot.ts'

/**
 * The run in Prometheus' text format, for node_exporter's textfile collector: every check's value and threshold,
 * whether its alarm fired, and the time of the run, so that a monitor that stopped running is noticed too.
 */
export function prometheusText(now: Snapshot, checks: readonly Check[]): string {
  const labelled = (check: Check) => `{check="${check.name}"}`
  return [
    ...metric(
      'segue_monitor_value',
      'What a check measured',
      checks.map((check) => [labelled(check), check.value]),
    ),
    ...metric(
      'segue_monitor_threshold',
      'Where a check fires',
      checks.map((check) => [labelled(check), check.threshold]),
    ),
    ...metric(
      'segue_monitor_alarm',
      'Whether a check fired',
      checks.map((check) => [labelled(check), check.fired ? 1 : 0]),
    ),
    ...metric('segue_monitor_ndcg_at_10', 'nDCG@10 of the canary set', [['', now.quality.ndcg]]),
    ...metric('segue_monitor_run_timestamp_seconds', 'When the monitor ran', [
      ['', Date.parse(now.at) / 1000],
    ]),
    '',
  ].join('\n')
}

function metric(
  name: string,
  help: string,
  samples: readonly (readonly [labels: string, value: number])[],
): string[] {
  return [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} gauge`,
    ...samples.map(([labels, value]) => `${name}${labels} ${value}`),
  ]
}
