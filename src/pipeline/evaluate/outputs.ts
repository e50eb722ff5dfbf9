import { join } from 'node:path'
import { writeLines } from '../jsonl.ts'
import { type Evaluation, htmlReport, markdownReport } from './report.ts'
import { type Run, writeRun } from './trec-run.ts'

/**
 * Writes evaluation.json, evaluation.md, evaluation.html and every ranking as a TREC run file, so that others can
 * compute what they believe in.
 *
 * @param runs by query set and system
 */
export async function writeEvaluation(
  folder: string,
  evaluation: Evaluation,
  runs: ReadonlyMap<string, ReadonlyMap<string, Run>>,
): Promise<void> {
  await writeLines(join(folder, 'evaluation.json'), [JSON.stringify(evaluation, null, 1)])
  await writeLines(join(folder, 'evaluation.md'), [markdownReport(evaluation).trimEnd()])
  await writeLines(join(folder, 'evaluation.html'), [htmlReport(evaluation).trimEnd()])
  for (const [set, systems] of runs) {
    for (const [system, run] of systems) {
      await writeRun(join(folder, 'runs', `${slug(set)}.${slug(system)}.run`), run, system)
    }
  }
}

const slug = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
