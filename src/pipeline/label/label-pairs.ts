import { join } from 'node:path'
import type { Playlist } from '../../domain/playlist.ts'
import { CandidatePair } from '../candidates/pair.ts'
import { readPlaylists } from '../corpus.ts'
import { readJsonl, reportBadRow, writeJsonl, writeLines } from '../jsonl.ts'
import type { LlmOptions } from '../llm/args.ts'
import { runLlmStep, type StepReport } from '../llm/step.ts'
import { QRELS_HEADER } from '../query-set.ts'
import { decide, type LabelledPair, RELEVANT } from './decide.ts'
import { type LabelReport, reportLabels } from './report.ts'
import { type LabelItem, labelTask } from './task.ts'

export interface LabelOptions extends LlmOptions {
  /** Share of the positive's score below which a hard negative must lie. */
  readonly margin: number
}

/**
 * Lets the labeller grade candidate pairs and writes labels.jsonl, queries.jsonl and qrels.tsv (grades of all but the
 * probes, as BEIR has them) into `out`.
 *
 * @throws SegueError `invalid_input` where a pair names a playlist that the corpus does not have
 */
export async function labelPairs(
  corpus: readonly string[],
  candidates: string,
  out: string,
  options: LabelOptions,
): Promise<{ readonly step: StepReport; readonly report: LabelReport }> {
  const playlists = new Map<string, Playlist>()
  for await (const playlist of readPlaylists(corpus)) playlists.set(playlist.id, playlist)
  async function* items(): AsyncGenerator<LabelItem> {
    for await (const { value: pair, line } of readJsonl(candidates, CandidatePair)) {
      const playlist = playlists.get(pair.id)
      if (playlist) yield { pair, playlist }
      else reportBadRow({ file: candidates, line, reason: `the corpus has no playlist ${pair.id}` }, {})
    }
  }
  const graded: Omit<LabelledPair, 'decision' | 'why'>[] = []
  const step = await runLlmStep(labelTask, items, out, options, (outcome) => {
    if (outcome.state !== 'accepted') return
    const { model = 'unknown', prompt = labelTask.prompt, at = '' } = outcome.answers.at(-1) ?? {}
    graded.push({ ...outcome.item.pair, ...outcome.value, model, prompt, at })
  })
  const labelled = decideAll(graded, options.margin)
  await writeJsonl(join(out, 'labels.jsonl'), labelled)
  await writeQrels(out, labelled)
  return { step, report: reportLabels(labelled) }
}

/** The positive's score is that of the known answers, or the best that the labeller found where none is known. */
function decideAll(pairs: readonly Omit<LabelledPair, 'decision' | 'why'>[], margin: number): LabelledPair[] {
  const found = new Map<string, number>()
  for (const { query_id, grade, score, source } of pairs) {
    if (grade < RELEVANT || score === null || source === 'probe') continue
    found.set(query_id, Math.max(found.get(query_id) ?? -1, score))
  }
  return pairs.map((pair) => {
    const positive = pair.known_score ?? found.get(pair.query_id) ?? null
    return { ...pair, ...decide(pair, pair.grade, positive, margin) }
  })
}

async function writeQrels(out: string, labelled: readonly LabelledPair[]): Promise<void> {
  const real = labelled.filter(({ source }) => source !== 'probe')
  const queries = new Map(real.map(({ query_id, query }) => [query_id, query]))
  const rows = [...queries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([_id, text]) => ({ _id, text }))
  await writeJsonl(join(out, 'queries.jsonl'), rows)
  const judged = new Set(real.map(({ query_id, id, grade }) => `${query_id}\t${id}\t${grade}`))
  await writeLines(join(out, 'qrels.tsv'), [QRELS_HEADER, ...[...judged].sort()])
}
