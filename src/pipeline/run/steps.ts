import { join } from 'node:path'
import { candidates } from '../candidates.ts'
import { catalogueImport } from '../catalogue-import.ts'
import { curate } from '../curate.ts'
import { evaluate } from '../evaluate.ts'
import { indexBuild } from '../index-build.ts'
import { label } from '../label.ts'
import { monitor } from '../monitor.ts'
import { queries } from '../queries.ts'
import { review } from '../review.ts'
import { trainData } from '../train-data.ts'
import { answerFiles, asking, call, list, option, type Step, some } from './call.ts'
import type { PipelineConfig } from './pipeline-config.ts'

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
  const { verdicts = [], logs = [] } = config
  const obeying = option('verdicts', verdicts.join(',') || undefined)
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
      name: 'review',
      inputs: [corpus, curation, ...verdicts, join(model, 'manifest.json')],
      outputs: [at('review', 'review.html'), at('review', 'review.csv')],
      calls: [
        call(
          review,
          ...[curation, '--corpus', corpus, '--out', at('review'), '--model', model],
          ...option('decided', verdicts.join(',') || undefined),
        ),
      ],
    },
    {
      name: 'index',
      inputs: [corpus, curation, ...verdicts, join(model, 'manifest.json')],
      outputs: [join(index, 'manifest.json')],
      calls: [
        call(
          indexBuild,
          ...['--catalogue', corpus, '--curation', curation, ...obeying, '--model', model, '--out', index],
        ),
      ],
    },
    {
      name: 'queries',
      inputs: [
        ...[corpus, curation, ...verdicts, splits, join(index, 'manifest.json')],
        ...answerFiles(config, 'queries'),
        ...logs,
      ],
      outputs: [at('queries', 'queries.jsonl')],
      calls: asking(
        config,
        'queries',
        at('queries'),
        queries,
        ...[corpus, '--out', at('queries'), '--from', `llm,metadata${logs.length > 0 ? ',logs' : ''}`],
        ...['--curation', curation, ...obeying, '--splits', splits, '--model', model, '--index', index],
        ...list('logs', logs),
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
          ...option('low-performing', logs.length > 0 ? at('queries', 'low-performing.jsonl') : undefined),
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
        ...verdicts,
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
          ...obeying,
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
