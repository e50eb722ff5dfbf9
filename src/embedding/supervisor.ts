import type { Worker } from 'node:worker_threads'
import { SegueError } from '../domain/errors.ts'
import type { EncodedText, Text } from './encoder.ts'
import { awaitOutside, condemn, createGate, type Gate } from './gate.ts'
import type { FromWorker, Ready, ToWorker } from './protocol.ts'
import { startThread } from './thread.ts'

export interface SupervisorOptions {
  readonly entry: URL
  /** Asked at each start; the thread finds it in its workerData, with its gate (gate.ts). */
  readonly startWith: () => object
  /** A worker that has not answered for this long is taken for hung. */
  readonly limitMs: number
  readonly startLimitMs: number
  /** Called whenever the worker can take a batch. */
  readonly onIdle: () => void
}

/** One worker thread that is kept alive: when it dies or hangs, another takes its place. */
export interface SupervisedWorker {
  /** The first start. Rejects when it fails; only a worker that once worked is replaced. */
  readonly ready: Promise<Ready>
  state(): 'down' | 'idle' | 'busy'
  /** How often another thread took its place. */
  replaced(): number
  /** One batch, while idle. Rejects when the worker dies or hangs before it answers. */
  run(texts: readonly Text[]): Promise<readonly EncodedText[]>
  close(): Promise<void>
  /**
   * For the end of the process, where nothing can be awaited: blocks until the thread may be ended.
   * False when it hangs in native code and never may.
   */
  leaveNative(): boolean
}

/**
 * Enough for the tokenizer several times over; a leak ends the worker, not the process. Left alone, the young
 * generation grows by 20 MB in each thread for nothing: a text makes little garbage.
 */
const HEAP = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 6 }
/** A worker that lived this long was well: its death is an accident, not a crash loop. */
const STEADY_MS = 30_000
const CLOSE_LIMIT_MS = 2_000

/** Milliseconds before the n-th replacement in a row (0, 1, ...): at once, then 200 ms doubling up to 30 s. */
export function backOff(deathsInRow: number): number {
  return deathsInRow === 0 ? 0 : Math.min(100 * 2 ** deathsInRow, 30_000)
}

export function superviseWorker(options: SupervisorOptions): SupervisedWorker {
  let worker: Worker | undefined
  let gate: Gate | undefined
  let isReady = false
  let job: PromiseWithResolvers<readonly EncodedText[]> | undefined
  let watchdog: NodeJS.Timeout | undefined
  let restart: NodeJS.Timeout | undefined
  let readySince = 0
  let deathsInRow = 0
  let replaced = 0
  let closing = false
  const first = withResolvers<Ready>()

  const start = (): void => {
    gate = createGate()
    const thread = startThread(options.entry, {
      workerData: { ...options.startWith(), gate },
      resourceLimits: HEAP,
    })
    worker = thread
    watchdog = setTimeout(() => lose(thread, new Error('it did not start in time')), options.startLimitMs)
    thread.on('message', (message: FromWorker) => {
      if (thread === worker) receive(thread, message)
    })
    thread.on('error', (error) => lose(thread, error))
    thread.on('exit', (code) => lose(thread, new Error(`it ended with code ${code}`)))
  }

  const receive = (thread: Worker, message: FromWorker): void => {
    clearTimeout(watchdog)
    if (message.kind === 'refused') {
      const { code, field, expected } = message.error
      lose(
        thread,
        new SegueError(code, message.error.message, {
          ...(field === undefined ? {} : { field }),
          ...(expected === undefined ? {} : { expected }),
        }),
      )
      return
    }
    if (message.kind === 'ready') {
      isReady = true
      readySince = performance.now()
      first.resolve(message)
    } else {
      job?.resolve(message.results)
      job = undefined
    }
    options.onIdle()
  }

  /** Not awaited: a thread inside native code ends when that returns, if ever. */
  const end = (thread: Worker): void => {
    if (gate && condemn(gate)) void thread.terminate()
  }

  const lose = (thread: Worker, cause: unknown): void => {
    if (thread !== worker) return
    clearTimeout(watchdog)
    worker = undefined
    end(thread)
    if (isReady && performance.now() - readySince > STEADY_MS) deathsInRow = 0
    isReady = false
    job?.reject(cause)
    job = undefined
    first.reject(cause)
    if (closing || readySince === 0) return
    restart = setTimeout(() => {
      replaced++
      start()
    }, backOff(deathsInRow++))
  }

  start()
  return {
    ready: first.promise,
    state: () => (!isReady ? 'down' : job ? 'busy' : 'idle'),
    replaced: () => replaced,
    run(texts) {
      const thread = worker
      if (!thread || !isReady || job) throw new Error('The worker is not idle')
      job = withResolvers()
      watchdog = setTimeout(() => lose(thread, new Error('it hung')), options.limitMs)
      thread.postMessage({ kind: 'encode', texts } satisfies ToWorker)
      return job.promise
    },
    leaveNative() {
      return !gate || !worker || awaitOutside(gate, CLOSE_LIMIT_MS)
    },
    async close() {
      closing = true
      clearTimeout(restart)
      const thread = worker
      if (!thread) return
      const ended = withResolvers<void>()
      thread.once('exit', () => ended.resolve())
      thread.postMessage({ kind: 'close' } satisfies ToWorker)
      const limit = setTimeout(() => {
        end(thread)
        ended.resolve()
      }, CLOSE_LIMIT_MS)
      await ended.promise
      clearTimeout(limit)
    },
  }
}

interface PromiseWithResolvers<T> {
  readonly promise: Promise<T>
  readonly resolve: (value: T) => void
  readonly reject: (cause: unknown) => void
}

// Promise.withResolvers is not in Node 20.
function withResolvers<T>(): PromiseWithResolvers<T> {
  let settle: Omit<PromiseWithResolvers<T>, 'promise'> | undefined
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject }
  })
  return { promise, ...(settle as Omit<PromiseWithResolvers<T>, 'promise'>) }
}
