import { join } from 'node:path'
import { type CommandDef, runCommand } from 'citty'
import { candidates } from '../candidates.ts'
import { catalogueImport } from '../catalogue-import.ts'
import { curate } from '../curate.ts'
import { evaluate } from '../evaluate.ts'
import { indexBuild } from '../index-build.ts'
import { label } from '../label.ts'
import { monitor } from '../monitor.ts'
import { queries } from '../queries.ts'
import { recorded } from '../recorded.ts'
import { trainData } from '../train-data.ts'
import type { PipelineConfig } from './pipeline-config.ts'

/** One command with its arguments, just as a person would type it. */
export interface Call {
  readonly command: CommandDef
  readonly args: readonly string[]
}

/** A step of the pipeline: what it reads, what it leaves, and the commands that do it. */
export interface Step {
  readonly name: string
  /** Files, or folders that count as all their files. */
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly calls: readonly Call[]
}

/** The whole way, in order. Each step reads only what the configuration names and what steps before it leave. */
export function pipelineSteps(config: PipelineConfig): Step[] {
  const { out, model } = config
  const at = (...parts: string[]) => join(out, ...parts)
  const corpus = at('catalogue', 'corpus.jsonl')
  const splits = at('catalogue', 'splits.tsv')
  const clusters = at('catalogue', 'clusters.tsv')
  const curation = at('curate', 'curation.jsonl')
  const index = config.index ?? at('index')
  const pairs = at('candidates', 'candidates.jsonl')
  const history = config.monitor.history ?? at('monitor', 'history.jsonl')
  const { sets = [], written = [], restrict = false } = config.evaluate
  const heldOut = sets.map((set) => join(set, 'queries.jsonl'))
  const recordedLabels = 'recorded' in config.answers ? config.answers.recorded.label : []
  const [firstLabels] = recordedLabels
  return [
    {
      name: 'import',
      inputs: [...config.catalogue, ...some(config.previousSplits)],
      outputs: [corpus, splits, clusters],
      calls: [
        call(
          catalogueImport,
          ...config.catalogue,
          '--out',
          at('catalogue'),
          ...option('previous-splits', config.previousSplits),
        ),
      ],
    },
    {
      name: 'curate',
      inputs: [corpus, ...answerFiles(config, 'curate')],
      outputs: [curation],
      calls: asking(config, 'curate', at('curate'), curate, corpus, '--out', at('curate')),
    },
    {
      name: 'index',
      inputs: [corpus, curation, join(model, 'manifest.json')],
      outputs: [join(index, 'manifest.json')],
      calls: [
        call(indexBuild, '--catalogue', corpus, '--curation', curation, '--model', model, '--out', index),
      ],
    },
    {
      name: 'queries',
      inputs: [corpus, curation, splits, join(index, 'manifest.json'), ...answerFiles(config, 'queries')],
      outputs: [at('queries', 'queries.jsonl')],
      calls: asking(
        config,
        'queries',
        at('queries'),
        queries,
        ...[
          corpus,
          '--out',
          at('queries'),
          '--from',
          'llm,metadata',
          '--curation',
          curation,
          '--splits',
          splits,
        ],
        ...['--model', model, '--index', index],
      ),
    },
    {
      name: 'candidates',
      inputs: [
        corpus,
        at('queries', 'queries.jsonl'),
        splits,
        clusters,
        join(index, 'manifest.json'),
        ...recordedLabels,
      ],
      outputs: [pairs],
      calls: [
        call(
          candidates,
          ...[corpus, '--out', pairs, '--queries', at('queries'), '--splits', splits, '--clusters', clusters],
          // Recorded labels answer the pairs that they were given for, and no others.
          ...['--model', model, '--index', index, ...option('pairs', firstLabels)],
        ),
      ],
    },
    {
      name: 'label',
      inputs: [corpus, pairs, ...answerFiles(config, 'label')],
      outputs: [at('label', 'labels.jsonl')],
      calls: asking(config, 'label', at('label'), label, pairs, '--corpus', corpus, '--out', at('label')),
    },
    {
      name: 'train-data',
      inputs: [
        corpus,
        curation,
        at('queries', 'queries.jsonl'),
        at('label', 'labels.jsonl'),
        splits,
        clusters,
        ...heldOut,
      ],
      outputs: [at('train-data', 'pairs.jsonl'), at('train-data', 'documents.jsonl')],
      calls: [
        call(
          trainData,
          ...[corpus, '--out', at('train-data'), '--curation', curation, '--queries', at('queries')],
          ...['--labels', at('label', 'labels.jsonl'), '--splits', splits, '--clusters', clusters],
          ...(heldOut.length > 0 ? ['--held-out', heldOut.join(',')] : []),
        ),
      ],
    },
    {
      name: 'evaluate',
      inputs: [join(index, 'manifest.json'), ...sets, ...written, splits],
      outputs: [at('evaluate', 'evaluation.json')],
      calls: [
        call(
          evaluate,
          ...[
            '--index',
            index,
            '--model',
            model,
            '--out',
            at('evaluate'),
            ...(restrict ? ['--restrict'] : []),
          ],
          ...list('set', sets),
          ...(written.length > 0 ? [...list('written', written), '--splits', splits] : []),
        ),
      ],
    },
    {
      name: 'monitor',
      inputs: [join(index, 'manifest.json'), config.monitor.canary, ...some(config.monitor.config)],
      outputs: [at('monitor', 'report.html'), at('monitor', 'segue.prom')],
      calls: [
        call(
          monitor,
          ...['--index', index, '--model', model, '--canary', config.monitor.canary, '--history', history],
          ...['--report', at('monitor', 'report.html'), '--metrics', at('monitor', 'segue.prom')],
          ...option('config', config.monitor.config),
        ),
      ],
    },
  ]
}

type Asking = 'curate' | 'queries' | 'label'

/** A step that asks a model: live, or by a batch whose requests recorded answers reply to. */
function asking(
  config: PipelineConfig,
  step: Asking,
  folder: string,
  command: unknown,
  ...args: string[]
): Call[] {
  const { answers } = config
  if (!('recorded' in answers)) {
    const live = ['--live', '--endpoint', answers.endpoint, '--llm', answers.model]
    const limits = [
      ...option('api-key-env', answers.keyEnv),
      ...option('max-tokens-total', answers.maxTokens?.toString()),
    ]
    return [call(command, ...args, ...live, ...limits)]
  }
  const [requests, responses] = [join(folder, 'requests.jsonl'), join(folder, 'responses.jsonl')]
  return [
    call(command, ...args, '--batch-out', requests, '--llm', 'recorded'),
    call(recorded, requests, '--answers', answers.recorded[step].join(','), '--out', responses),
    call(command, ...args, '--batch-in', responses),
  ]
}

const answerFiles = ({ answers }: PipelineConfig, step: Asking): readonly string[] =>
  'recorded' in answers ? answers.recorded[step] : []

const call = (command: unknown, ...args: string[]): Call => ({ command: command as CommandDef, args })
const some = (value: string | undefined): string[] => (value === undefined ? [] : [value])
const option = (name: string, value: string | undefined): string[] =>
  value === undefined ? [] : [`--${name}`, value]
const list = (name: string, values: readonly string[]): string[] =>
  values.map((value) => `--${name}=${value}`)

export async function runStep({ calls }: Step): Promise<void> {
  for (const { command, args } of calls) await runCommand(command, { rawArgs: [...args] })
}
