import { join } from 'node:path'
import { writeJsonl, writeLines } from '../jsonl.ts'
import type { LlmOptions } from '../llm/args.ts'
import { runLlmStep, type StepReport } from '../llm/step.ts'
import { QRELS_HEADER } from '../query-set.ts'
import { type JudgeItem, judgeTask } from './task.ts'

export const JUDGE_QRELS = 'qrels.tsv'

/**
 * Lets the judge grade pairs. Writes judgements.jsonl (grade, reasoning, model, prompt and time of each) and qrels.tsv,
 * which evaluation and monitor read, into `out`.
 */
export async function judgePairs(
  items: () => Iterable<JudgeItem>,
  out: string,
  options: LlmOptions,
): Promise<StepReport> {
  const rows: Record<string, unknown>[] = []
  const lines: string[] = []
  async function* stream(): AsyncGenerator<JudgeItem> {
    yield* items()
  }
  const step = await runLlmStep(judgeTask, stream, out, options, (outcome) => {
    if (outcome.state !== 'accepted') return
    const { item, value, answers } = outcome
    const { model = 'unknown', prompt = judgeTask.prompt, at = '' } = answers.at(-1) ?? {}
    const { queryId, query, playlist } = item
    rows.push({ query_id: queryId, query, id: playlist.id, ...value, model, prompt, at })
    lines.push(`${queryId}\t${playlist.id}\t${value.grade}`)
  })
  await writeJsonl(join(out, 'judgements.jsonl'), rows)
  await writeLines(join(out, JUDGE_QRELS), [QRELS_HEADER, ...lines])
  return step
}
