import { join } from 'node:path'
import { defineCommand } from 'citty'
import { SegueError } from '../domain/errors.ts'
import type { Playlist } from '../domain/playlist.ts'
import { inputFiles, readPlaylists } from './corpus.ts'
import { readQrels, readQuerySet } from './evaluate/query-set.ts'
import { readRun } from './evaluate/trec-run.ts'
import { calibrate, relevantShare } from './judge/calibrate.ts'
import { JUDGE_QRELS, judgePairs } from './judge/judge-pairs.ts'
import { judgedPairs, judgeItems, pooledPairs, samplePairs } from './judge/pairs.ts'
import { describeCalibration, describeShare } from './judge/report.ts'
import { listOption } from './list-option.ts'
import { integer, llmArgs, llmOptions } from './llm/args.ts'
import { describeStep, refuseIncomplete } from './llm/step.ts'

const HOW = ['live', 'batch-out', 'batch-in'] as const

/**
 * `segue judge --set DIR --corpus FILE.. --out DIR [--run FILE..]` grades; `--calibrate FILE` compares what was graded
 * with people. Both in one call, or each on its own.
 */
export const judge = defineCommand({
  meta: {
    name: 'judge',
    description: 'Let a language model judge answers, and measure the judge against people',
  },
  args: {
    set: {
      type: 'string',
      description: 'Query set; its judged pairs are judged where no --run is given',
      valueHint: 'DIR',
    },
    corpus: { type: 'string', description: 'Playlists as JSON Lines', valueHint: 'FILE..' },
    run: { type: 'string', description: 'TREC run files whose pooled top is judged', valueHint: 'FILE..' },
    depth: { type: 'string', description: 'How deep the pool is', default: '10' },
    sample: { type: 'string', description: 'Judge as many pairs of the pool, chosen by a stable hash' },
    out: { type: 'string', description: 'Folder of the judgements', required: true, valueHint: 'DIR' },
    calibrate: {
      type: 'string',
      description: 'Grades by people (qrels TSV) to compare with',
      valueHint: 'FILE',
    },
    ...llmArgs,
  },
  async run({ args, rawArgs }) {
    const asks = HOW.some((how) => args[how])
    if (asks) {
      const { set: folder } = args
      if (!folder) throw new SegueError('invalid_config', '--set is missing', { field: '--set' })
      const set = await readQuerySet(folder)
      const corpus = new Map<string, Playlist>()
      for await (const playlist of readPlaylists(inputFiles(listOption(rawArgs, 'corpus'), '--corpus'))) {
        corpus.set(playlist.id, playlist)
      }
      const runs = await Promise.all(listOption(rawArgs, 'run').map(readRun))
      const pool = runs.length > 0 ? pooledPairs(runs, integer(args, 'depth', 1) ?? 10) : judgedPairs(set)
      const size = integer(args, 'sample', 1)
      const chosen = size === undefined ? pool : samplePairs(pool, size)
      const step = await judgePairs(() => judgeItems(set, chosen, corpus), args.out, llmOptions(args))
      process.stdout.write(`${describeStep(step, 'pairs')}\n`)
      refuseIncomplete(step)
    } else if (!args.calibrate) {
      throw new SegueError('invalid_config', 'There is nothing to do', {
        expected: '--live, --batch-out or --batch-in to judge; --calibrate FILE to compare with people',
      })
    }
    if (args.calibrate) {
      const human = await readQrels(args.calibrate)
      const judged = await readQrels(join(args.out, JUDGE_QRELS))
      process.stdout.write(`${describeCalibration(calibrate(human, judged))}\n\n`)
      process.stdout.write(`${describeShare(relevantShare(human, judged))}\n`)
    }
  },
})
