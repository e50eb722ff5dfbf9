import { join } from 'node:path'
import { SegueError } from '../../domain/errors.ts'
import { type Endpoint, openOpenAi } from '../../llm/openai.ts'
import { writeJsonl } from '../jsonl.ts'
import { openProgress } from '../progress.ts'
import type { LlmOptions } from './args.ts'
import { batchRequest, readBatchResponses } from './batch.ts'
import { openBudget } from './budget.ts'
import { type Journal, openJournal } from './journal.ts'
import { askLive, type LiveReport } from './live.ts'
import { type LlmTask, type Outcome, outcomeOf } from './task.ts'

export interface StepReport {
  readonly accepted: number
  /** Of the accepted, those that needed the second try. */
  readonly mended: number
  readonly rejected: number
  /** Without an answer yet. */
  readonly pending: number
  /** Refused answers by the field that was wrong, most first; first and second tries. */
  readonly refusals: readonly (readonly [field: string, count: number])[]
  /** Requests that a batch file answers with an error. */
  readonly batchErrors: readonly string[]
  /** Batch answers to questions that are not asked (any more): the prompt, the model's schema or the rows changed. */
  readonly unasked: number
  /** What happened live; null without --live. */
  readonly live: LiveReport | null
}

/**
 * One step of the pipeline that asks a language model: takes in batch responses, asks live, hands every outcome to
 * `take`, and writes what is still to ask. In `folder` it keeps journal.jsonl (every answer), prompt.json (what they
 * answer) and rejected.jsonl (refused twice, with the reasons).
 *
 * @param items opens a new pass over the items: they are streamed, never held
 */
export async function runLlmStep<Item, Value>(
  task: LlmTask<Item, Value>,
  items: () => AsyncIterable<Item>,
  folder: string,
  options: LlmOptions,
  take: (outcome: Outcome<Item, Value>) => void | Promise<void>,
): Promise<StepReport> {
  const journal = await openJournal(join(folder, 'journal.jsonl'))
  try {
    const { name, prompt, system, schema } = task
    await writeJsonl(join(folder, 'prompt.json'), [{ task: name, prompt, system, schema }])
    const { errors: batchErrors, taken } = await takeInBatches(task, journal, options.batchIn)
    const live = options.live ? await goLive(task, items, journal, options.live, options) : null
    const counts = { accepted: 0, mended: 0, rejected: 0, pending: 0 }
    const refusals = new Map<string, number>()
    async function* sort() {
      for await (const item of items()) {
        const outcome = await outcomeOf(task, item, journal)
        counts[outcome.state]++
        for (const { customId } of outcome.answers) taken.delete(customId)
        if (outcome.state === 'accepted' && outcome.reasons.length > 0) counts.mended++
        for (const reason of outcome.reasons) {
          const field = reason.slice(0, reason.indexOf(':'))
          refusals.set(field, (refusals.get(field) ?? 0) + 1)
        }
        await take(outcome)
        if (outcome.state === 'rejected') {
          const answers = outcome.answers.map(({ content, model, at }) => ({ content, model, at }))
          yield { id: task.key(item), reasons: outcome.reasons, answers }
        }
      }
    }
    await writeJsonl(join(folder, 'rejected.jsonl'), sort())
    if (options.batchOut) await writeRequests(task, items, journal, options.batchOut)
    return {
      ...counts,
      refusals: [...refusals].sort((a, b) => b[1] - a[1]),
      batchErrors,
      unasked: taken.size,
      live,
    }
  } finally {
    await journal.close()
  }
}

/** The report in plain lines, for the end of a command. */
export function describeStep(report: StepReport, what: string): string {
  const { accepted, mended, rejected, pending, refusals, batchErrors, unasked, live } = report
  const lines = [
    `${accepted} ${what} accepted (${mended} at the second try), ${rejected} set aside, ${pending} without an answer`,
  ]
  if (refusals.length > 0) {
    lines.push(`refused answers by field: ${refusals.map(([field, n]) => `${field} ${n}`).join(', ')}`)
  }
  if (batchErrors.length > 0) lines.push(`${batchErrors.length} batch errors, the first: ${batchErrors[0]}`)
  if (unasked > 0) {
    lines.push(
      `${unasked} batch answers are to questions that are not asked: the prompt or the rows changed since`,
    )
  }
  if (live) lines.push(`${live.calls} calls answered, ${live.failed.size} failed`)
  return lines.join('\n')
}

/** @throws SegueError where a live run ended early or left items without an answer: exit codes must tell */
export function refuseIncomplete({ live }: StepReport): void {
  if (live?.stopped) throw live.stopped
  const [first] = live?.failed ?? []
  if (!first) return
  throw new SegueError(
    'unavailable',
    `${live?.failed.size} items found no answer; ${first[0]}: ${first[1]}`,
    {
      expected: 'the same command again: it asks only what has no answer',
    },
  )
}

async function takeInBatches<Item, Value>(
  task: LlmTask<Item, Value>,
  journal: Journal,
  files: readonly string[],
): Promise<{ readonly errors: string[]; readonly taken: Set<string> }> {
  const errors: string[] = []
  const taken = new Set<string>()
  for (const file of files) {
    const written: Promise<void>[] = []
    for await (const result of readBatchResponses(file)) {
      if ('error' in result) errors.push(`${result.customId}: ${result.error}`)
      else if (!result.answer.customId.startsWith(`${task.name}:`)) {
        throw new SegueError('invalid_input', `${file}: ${result.answer.customId} answers another step`, {
          field: file,
          expected: `responses to the requests of "${task.name}"`,
        })
      } else {
        taken.add(result.answer.customId)
        if (journal.has(result.answer.customId)) continue
        written.push(journal.append(result.answer, task.prompt))
        if (written.length >= 1000) await Promise.all(written.splice(0))
      }
    }
    await Promise.all(written)
  }
  return { errors, taken }
}

async function goLive<Item, Value>(
  task: LlmTask<Item, Value>,
  items: () => AsyncIterable<Item>,
  journal: Journal,
  endpoint: Endpoint,
  options: LlmOptions,
): Promise<LiveReport> {
  let total = 0
  for await (const _ of items()) total++
  const progress = openProgress(task.name, total, 'items')
  const stop = new AbortController()
  const interrupted = () => stop.abort()
  process.once('SIGINT', interrupted)
  const llm = openOpenAi(endpoint)
  try {
    return await askLive(task, items(), {
      llm,
      journal,
      budget: openBudget(options.budget, journal.spent),
      concurrency: options.concurrency,
      progress,
      stop: stop.signal,
    })
  } finally {
    process.off('SIGINT', interrupted)
    llm.close()
    progress.done()
  }
}

async function writeRequests<Item, Value>(
  task: LlmTask<Item, Value>,
  items: () => AsyncIterable<Item>,
  journal: Journal,
  { file, model }: { file: string; model: string },
): Promise<void> {
  async function* pending() {
    for await (const item of items()) {
      const outcome = await outcomeOf(task, item, journal)
      if (outcome.state === 'pending') yield batchRequest(outcome.request, model)
    }
  }
  const written = await writeJsonl(file, pending())
  process.stderr.write(`${written} requests written to ${file}\n`)
}
