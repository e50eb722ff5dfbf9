import { afterEach, describe, expect, it, vi } from 'vitest'
import { createDispatcher, type Dispatcher, type DispatcherOptions } from '../../src/embedding/dispatcher.ts'
import { type SupervisedWorker, superviseWorker } from '../../src/embedding/supervisor.ts'

const entry = new URL('fixtures/faulty-worker.mjs', import.meta.url)

let opened: Dispatcher | undefined
afterEach(() => opened?.close())

interface Setup extends Partial<Omit<DispatcherOptions, 'workers'>> {
  readonly workers?: number
  readonly limitMs?: number
}

/** Real threads; each says in its vector in which life it answered. */
async function open({ workers: count = 1, limitMs = 5000, ...options }: Setup = {}) {
  let dispatcher: Dispatcher | undefined
  const batches: string[][] = []
  const workers: SupervisedWorker[] = Array.from({ length: count }, () => {
    let lives = 0
    const worker = superviseWorker({
      entry,
      startWith: () => ({ life: ++lives }),
      limitMs,
      startLimitMs: 10_000,
      onIdle: () => dispatcher?.dispatch(),
    })
    const run: SupervisedWorker['run'] = (texts) => {
      batches.push(texts.map(({ text }) => text))
      return worker.run(texts)
    }
    return { ...worker, run }
  })
  await Promise.all(workers.map(({ ready }) => ready))
  dispatcher = createDispatcher({
    workers,
    policy: { max: 1, waitMs: 0 },
    maxQueue: 100,
    timeoutMs: 5000,
    ...options,
  })
  opened = dispatcher
  return { dispatcher, batches }
}

describe('the queue before the workers', () => {
  it('answers each text with its own vector and its wait', async () => {
    const { dispatcher } = await open({ workers: 2 })
    const answers = await Promise.all(
      ['sleep:30', 'a', 'bb', 'ccc'].map((text) => dispatcher.embed(text, 'query')),
    )
    expect(answers.map(({ tokens }) => tokens)).toEqual([8, 1, 2, 3])
    expect(answers[0]?.vector).toBeInstanceOf(Float32Array)
    expect(answers[3]?.timings.queue).toBeGreaterThanOrEqual(answers[0]?.timings.queue ?? Infinity)
  })

  it('uses every worker', async () => {
    const { dispatcher } = await open({ workers: 3 })
    const answers = Array.from({ length: 3 }, () => dispatcher.embed('sleep:50', 'query'))
    expect(dispatcher.status().queued).toBe(0)
    await Promise.all(answers)
  })

  it('refuses at once when it is full, and says when to come back', async () => {
    const { dispatcher } = await open({ maxQueue: 2 })
    const accepted = ['sleep:100', 'a', 'b'].map((text) => dispatcher.embed(text, 'query'))
    expect(dispatcher.status()).toMatchObject({ queued: 2, workersUp: 1 })
    await expect(dispatcher.embed('c', 'query')).rejects.toMatchObject({ code: 'overloaded', retryAfter: 1 })
    await Promise.all(accepted)
    await expect(dispatcher.embed('c', 'query')).resolves.toMatchObject({ tokens: 1 })
  })

  it('gives up a text whose time is up, while it waits or runs, and nothing else', async () => {
    const { dispatcher } = await open({ timeoutMs: 150 })
    const runs = dispatcher.embed('sleep:400', 'query')
    const waits = dispatcher.embed('a', 'query')
    await expect(runs).rejects.toMatchObject({ code: 'timeout' })
    await expect(waits).rejects.toMatchObject({ code: 'timeout' })
    expect(dispatcher.status().queued).toBe(0)
    await new Promise((resolve) => setTimeout(resolve, 300))
    await expect(dispatcher.embed('a', 'query')).resolves.toMatchObject({ tokens: 1 })
    expect(dispatcher.status()).toEqual({ queued: 0, workersUp: 1, workersReplaced: 0 })
  })
})

describe('a text whose worker dies', () => {
  it('is answered by another', async () => {
    const { dispatcher } = await open({ workers: 1 })
    const { vector } = await dispatcher.embed('exit-in-life:1', 'query')
    expect(vector[0]).toBe(2)
    expect(dispatcher.status().workersReplaced).toBe(1)
  })

  it('fails cleanly when the second dies with it, and the others are answered', async () => {
    const { dispatcher } = await open({ workers: 2 })
    const [poison, ...rest] = await Promise.allSettled(
      ['exit', 'a', 'bb', 'ccc', 'dddd'].map((text) => dispatcher.embed(text, 'query')),
    )
    expect(poison).toMatchObject({ status: 'rejected', reason: { code: 'unavailable', retryAfter: 1 } })
    expect(rest.map(({ status }) => status)).toEqual(new Array(4).fill('fulfilled'))
  })

  it('fails with the time it was given when the worker hangs; the worker is replaced', async () => {
    const { dispatcher } = await open({ timeoutMs: 200, limitMs: 200 })
    await expect(dispatcher.embed('hang', 'query')).rejects.toMatchObject({ code: 'timeout' })
    await vi.waitFor(
      () => expect(dispatcher.status()).toMatchObject({ workersUp: 1, workersReplaced: 1 }),
      5000,
    )
    await expect(dispatcher.embed('a', 'query')).resolves.toMatchObject({ tokens: 1 })
  })

  it('does not take its batch with it: each of them is tried again, alone', async () => {
    const { dispatcher, batches } = await open({ policy: { max: 8, waitMs: 1 } })
    const first = dispatcher.embed('sleep:50', 'query')
    const rest = Promise.allSettled(['a', 'exit', 'bb'].map((text) => dispatcher.embed(text, 'query')))
    await first
    expect((await rest).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(batches).toEqual([['sleep:50'], ['a', 'exit', 'bb'], ['a'], ['exit'], ['bb']])
  })
})

describe('batching', () => {
  it('sends a lone text at once, and those that come meanwhile together, never more than allowed', async () => {
    const { dispatcher, batches } = await open({ policy: { max: 3, waitMs: 1000 } })
    const texts = ['sleep:50', 'a', 'bb', 'ccc', 'dddd', 'eeeee']
    const answers = await Promise.all(texts.map((text) => dispatcher.embed(text, 'query')))
    expect(answers.map(({ tokens }) => tokens)).toEqual(texts.map((text) => text.length))
    expect(batches).toEqual([['sleep:50'], ['a', 'bb', 'ccc'], ['dddd', 'eeeee']])
  })

  it('lets a second worker wait for company, but not for long', async () => {
    const { dispatcher, batches } = await open({ workers: 2, policy: { max: 8, waitMs: 20 } })
    const slow = dispatcher.embed('sleep:500', 'query')
    const rest = ['a', 'bb'].map((text) => dispatcher.embed(text, 'query'))
    await Promise.all(rest)
    expect(batches).toEqual([['sleep:500'], ['a', 'bb']])
    await slow
  })
})

describe('closing', () => {
  it('answers what runs and waits, and refuses what is new', async () => {
    const { dispatcher } = await open()
    const accepted = ['sleep:100', 'a', 'b'].map((text) => dispatcher.embed(text, 'query'))
    const closed = dispatcher.close()
    await expect(dispatcher.embed('c', 'query')).rejects.toMatchObject({ code: 'shutting_down' })
    expect((await Promise.allSettled(accepted)).map(({ status }) => status)).toEqual(
      new Array(3).fill('fulfilled'),
    )
    await closed
    expect(dispatcher.status()).toMatchObject({ queued: 0, workersUp: 0 })
  })

  it('may be asked for twice', async () => {
    const { dispatcher } = await open()
    await Promise.all([dispatcher.close(), dispatcher.close()])
  })
})
