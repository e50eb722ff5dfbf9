import { join } from 'node:path'
import { Type } from 'typebox'
import { describe, expect, it } from 'vitest'
import { SegueError } from '../../../src/domain/errors.ts'
import type { Llm, LlmRequest } from '../../../src/llm/llm.ts'
import { openBudget } from '../../../src/pipeline/llm/budget.ts'
import { openJournal } from '../../../src/pipeline/llm/journal.ts'
import { askLive, type LiveOptions } from '../../../src/pipeline/llm/live.ts'
import type { LlmTask } from '../../../src/pipeline/llm/task.ts'
import { temporaryFolder } from '../../support/temporary.ts'

const task: LlmTask<string, string> = {
  name: 'echo',
  prompt: 'echo/1',
  system: 'Echo.',
  key: (item) => item,
  user: (item) => item,
  schema: { name: 'echo', schema: Type.Object({ text: Type.String() }) },
  maxTokens: 10,
  temperature: 0,
  check: (_, answer) => ({ value: String(answer.text) }),
}

/** A model in the process: what is tested here is the order of things, not HTTP. */
function model(complete: (request: LlmRequest) => Promise<string>): Llm {
  return {
    model: 'm',
    complete: async (request) => ({
      customId: request.customId,
      content: JSON.stringify({ text: await complete(request) }),
      model: 'm',
      usage: { promptTokens: 1, completionTokens: 1 },
      truncated: false,
      at: '',
    }),
    close: () => undefined,
  }
}

async function run(count: number, llm: Llm, options: Partial<LiveOptions> = {}) {
  const journal = await openJournal(join(await temporaryFolder(), 'journal.jsonl'))
  async function* items() {
    for (let i = 0; i < count; i++) yield `item-${i}`
  }
  try {
    const report = await askLive(task, items(), {
      llm,
      journal,
      budget: openBudget({ pricePrompt: 0, priceCompletion: 0 }, journal.spent),
      concurrency: 4,
      progress: { update: () => undefined, done: () => undefined },
      ...options,
    })
    return { report, answers: journal.size }
  } finally {
    await journal.close()
  }
}

describe('askLive', () => {
  it('asks as many at a time as it may, and no more', async () => {
    let running = 0
    let most = 0
    const llm = model(async () => {
      most = Math.max(most, ++running)
      await new Promise((resolve) => setTimeout(resolve, 2))
      running--
      return 'x'
    })
    const { report, answers } = await run(40, llm)
    expect([report.calls, answers, report.stopped]).toEqual([40, 40, null])
    expect(most).toBe(4)
  })

  it('ends when three items in a row find no answer, and keeps what it has', async () => {
    let calls = 0
    const llm = model(async () => {
      if (++calls > 10) throw new SegueError('unavailable', 'the endpoint is down')
      return 'x'
    })
    const { report, answers } = await run(1000, llm)
    expect(report.stopped?.message).toBe('the endpoint is down')
    expect(answers).toBe(10)
    expect(calls).toBeLessThan(30)
  })

  it('goes on over single items without an answer', async () => {
    const llm = model(async ({ customId }) => {
      if (customId.includes('item-7:')) throw new SegueError('unavailable', 'timed out')
      return 'x'
    })
    const { report, answers } = await run(20, llm)
    expect(report.stopped).toBeNull()
    expect([...report.failed]).toEqual([['item-7', 'timed out']])
    expect(answers).toBe(19)
  })

  it('asks nothing new once it is told to stop, and waits for what is under way', async () => {
    const stop = new AbortController()
    let calls = 0
    const llm = model(async () => {
      if (++calls === 6) stop.abort()
      await new Promise((resolve) => setTimeout(resolve, 5))
      return 'x'
    })
    const { report, answers } = await run(1000, llm, { stop: stop.signal })
    expect(report.stopped?.code).toBe('shutting_down')
    expect(answers).toBe(calls)
    expect(calls).toBeLessThan(20)
  })

  it('ends at once where an answer cannot be kept: it would be paid for in vain', async () => {
    let calls = 0
    const llm = model(async () => {
      calls++
      return 'x'
    })
    const broken = {
      has: () => false,
      get: async () => undefined,
      append: () => Promise.reject(new Error('ENOSPC: no space left on device')),
      spent: { promptTokens: 0, completionTokens: 0 },
      size: 0,
      close: async () => undefined,
    }
    const { report } = await run(1000, llm, { journal: broken })
    expect(report.stopped?.message).toContain('no space left')
    expect(calls).toBeLessThan(15)
  })
})
