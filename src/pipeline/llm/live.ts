import PQueue from 'p-queue'
import { messageOf, SegueError } from '../../domain/errors.ts'
import type { Llm, LlmUsage } from '../../llm/llm.ts'
import type { Progress } from '../progress.ts'
import type { Budget } from './budget.ts'
import type { Journal } from './journal.ts'
import { type LlmTask, outcomeOf } from './task.ts'

export interface LiveReport {
  /** Calls that brought an answer. */
  readonly calls: number
  /** Items that the endpoint refused or that stayed without an answer, with the reason. */
  readonly failed: ReadonlyMap<string, string>
  /** Why the run ended early; null where it did not. */
  readonly stopped: SegueError | null
}

export interface LiveOptions {
  readonly llm: Llm
  readonly journal: Journal
  readonly budget: Budget
  readonly concurrency: number
  readonly progress: Progress
  /** Aborted: nothing new is asked, and answers under way are waited for, since they are paid for. */
  readonly stop?: AbortSignal
}

/** Items in a row that found no answer before the endpoint counts as down. */
const DOWN_AFTER = 3

/**
 * Asks the model about every item that has no answer yet. Each answer is in the journal, on the disk, before
 * anything else happens to it: a kill at any moment loses no answer that arrived here, and of the calls that were
 * under way, at most `concurrency`, those whose answer was not yet written are asked (and may be billed) again.
 */
export async function askLive<Item, Value>(
  task: LlmTask<Item, Value>,
  items: AsyncIterable<Item>,
  { llm, journal, budget, concurrency, progress, stop }: LiveOptions,
): Promise<LiveReport> {
  const failed = new Map<string, string>()
  let calls = 0
  let done = 0
  let failedInARow = 0
  let stopped: SegueError | null = null

  const settle = async (item: Item) => {
    let outcome = await outcomeOf(task, item, journal)
    while (outcome.state === 'pending' && !stopped) {
      const { request } = outcome
      if (!budget.reserve(request)) {
        stopped ??= budgetUsedUp(budget)
        return
      }
      let used: LlmUsage | null = null
      try {
        const answer = await llm.complete(request)
        used = answer.usage
        await journal.append(answer, task.prompt)
        calls++
        failedInARow = 0
      } catch (error) {
        const reason = error instanceof SegueError ? error : null
        if (reason?.code !== 'invalid_request' && reason?.code !== 'unavailable') throw error
        failed.set(task.key(item), reason.message)
        if (reason.code === 'unavailable' && ++failedInARow >= DOWN_AFTER) stopped ??= reason
        return
      } finally {
        budget.settle(request, used)
      }
      outcome = await outcomeOf(task, item, journal)
    }
    progress.update(++done, failed.size > 0 ? `${failed.size} failed` : '')
  }

  const queue = new PQueue({ concurrency })
  for await (const item of items) {
    if (stop?.aborted)
      stopped ??= new SegueError('shutting_down', 'Stopped; the same command goes on from here')
    if (stopped) break
    await queue.onSizeLessThan(concurrency)
    void queue.add(() =>
      settle(item).catch((error) => {
        stopped ??=
          error instanceof SegueError ? error : new SegueError('internal', messageOf(error), { cause: error })
      }),
    )
  }
  await queue.onIdle()
  return { calls, failed, stopped }
}

function budgetUsedUp(budget: Budget): SegueError {
  const { tokens, cost } = budget.spent()
  return new SegueError(
    'overloaded',
    `The budget is used up: ${tokens} tokens${cost > 0 ? `, ${cost.toFixed(2)} in money` : ''} spent, and the next call could go over it`,
    {
      field: 'budget',
      expected: 'a higher --max-tokens-total or --max-cost; the same command goes on from here',
    },
  )
}
