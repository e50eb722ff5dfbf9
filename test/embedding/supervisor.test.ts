import { setTimeout as sleep } from 'node:timers/promises'
import type { Worker } from 'node:worker_threads'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { backOff, type SupervisedWorker, superviseWorker } from '../../src/embedding/supervisor.ts'

const entry = new URL('fixtures/faulty-worker.mjs', import.meta.url)
const query = (text: string) => [{ text, role: 'query' as const }]

let open: SupervisedWorker[] = []
afterEach(async () => {
  await Promise.all(open.map((worker) => worker.close()))
  open = []
})

interface Setup {
  /** What goes wrong at the start, by life. */
  readonly atStart?: (life: number) => string
  readonly limitMs?: number
  readonly startLimitMs?: number
}

function supervise({ atStart = () => '', limitMs = 10_000, startLimitMs = 10_000 }: Setup = {}) {
  let lives = 0
  const worker = superviseWorker({
    entry,
    startWith: () => ({ life: ++lives, atStart: atStart(lives) }),
    limitMs,
    startLimitMs,
    onIdle: () => {},
  })
  open.push(worker)
  return { worker, lives: () => lives }
}

const isIdle = (worker: SupervisedWorker) =>
  vi.waitFor(() => expect(worker.state()).toBe('idle'), { timeout: 10_000, interval: 5 })

describe('a supervised worker', () => {
  it('answers, and is busy meanwhile', async () => {
    const { worker } = supervise()
    expect(worker.state()).toBe('down')
    await worker.ready
    expect(worker.state()).toBe('idle')
    const answer = worker.run(query('hello'))
    expect(worker.state()).toBe('busy')
    expect((await answer)[0]?.tokens).toBe(5)
    expect(worker.state()).toBe('idle')
  })

  it.each([
    ['exits', 'exit', /ended with code 3/],
    ['throws', 'throw', /broken/],
    ['runs out of memory', 'fill-memory', /memory limit/],
  ])('that %s loses its batch with the reason, and is replaced', async (_, text, reason) => {
    const { worker, lives } = supervise()
    await worker.ready
    await expect(worker.run(query(text))).rejects.toThrow(reason)
    expect(worker.state()).toBe('down')
    await isIdle(worker)
    expect((await worker.run(query('hello')))[0]?.vector[0]).toBe(2)
    expect([lives(), worker.replaced()]).toEqual([2, 1])
  })

  it('that hangs is ended after its limit, and replaced', async () => {
    const { worker } = supervise({ limitMs: 300 })
    await worker.ready
    await expect(worker.run(query('hang'))).rejects.toThrow(/hung/)
    await isIdle(worker)
    expect((await worker.run(query('hello')))[0]?.vector[0]).toBe(2)
  })

  it('that hangs in native code is not terminated, which would abort the process: it ends when it comes out', async () => {
    const codes: number[] = []
    const remember = (thread: Worker) => thread.on('exit', (code) => codes.push(code))
    process.once('worker', remember)
    const { worker } = supervise({ limitMs: 200 })
    await worker.ready
    await expect(worker.run(query('native:1500'))).rejects.toThrow(/hung/)
    await isIdle(worker)
    expect((await worker.run(query('hello')))[0]?.vector[0]).toBe(2)
    await vi.waitFor(() => expect(codes).toEqual([7]), 10_000)
  })

  it('is not waited for at the end of the process when it hangs in native code', async () => {
    const { worker } = supervise()
    await worker.ready
    expect(worker.leaveNative()).toBe(true)
    const { worker: hung } = supervise()
    await hung.ready
    const lost = hung.run(query('native:6000')).catch(() => 'lost')
    await sleep(300)
    expect(hung.leaveNative()).toBe(false)
    expect(await lost).toBe('lost')
  })

  it('takes one batch at a time', async () => {
    const { worker } = supervise()
    await worker.ready
    const first = worker.run(query('sleep:50'))
    expect(() => worker.run(query('hello'))).toThrow(/not idle/)
    await first
  })

  it('that cannot start says why, and is not tried again', async () => {
    const { worker, lives } = supervise({ atStart: () => 'refuse' })
    await expect(worker.ready).rejects.toMatchObject({
      code: 'provider_unavailable',
      message: 'no such device',
      expected: 'a device',
    })
    await sleep(300)
    expect(lives()).toBe(1)
  })

  it('that throws at its start, or never gets ready, is given up too', async () => {
    await expect(supervise({ atStart: () => 'throw' }).worker.ready).rejects.toThrow(/broken at start/)
    await expect(supervise({ atStart: () => 'hang', startLimitMs: 200 }).worker.ready).rejects.toThrow(
      /in time/,
    )
  })

  it('is tried again when only a replacement cannot start', async () => {
    const { worker } = supervise({ atStart: (life) => (life === 2 ? 'throw' : '') })
    await worker.ready
    await worker.run(query('exit')).catch(() => {})
    await isIdle(worker)
    expect((await worker.run(query('hello')))[0]?.vector[0]).toBe(3)
  })

  it('that dies again and again does not spin', async () => {
    const { worker, lives } = supervise({ atStart: (life) => (life > 1 ? 'throw' : '') })
    await worker.ready
    await worker.run(query('exit')).catch(() => {})
    await sleep(1000)
    // At once, then after 200, 400 and 800 ms: the last of these lies beyond the second.
    expect(lives()).toBeGreaterThanOrEqual(2)
    expect(lives()).toBeLessThanOrEqual(4)
  })

  it('ends when it is closed, hung or not', async () => {
    const { worker } = supervise({ limitMs: 60_000 })
    await worker.ready
    const lost = worker.run(query('hang')).catch((error: Error) => error)
    await worker.close()
    expect(await lost).toBeInstanceOf(Error)
    expect(worker.state()).toBe('down')
  })
})

describe('the back-off', () => {
  it('is nothing for an accident, then doubles up to half a minute', () => {
    expect([0, 1, 2, 3, 8, 9, 50].map(backOff)).toEqual([0, 200, 400, 800, 25_600, 30_000, 30_000])
  })
})
