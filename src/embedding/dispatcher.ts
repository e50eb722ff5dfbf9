import { messageOf, SegueError } from '../domain/errors.ts'
import { type BatchPolicy, leavesIn } from './batcher.ts'
import type { Embedder, Embedding, Role } from './embedder.ts'
import type { SupervisedWorker } from './supervisor.ts'

export interface DispatcherOptions {
  readonly workers: readonly SupervisedWorker[]
  readonly policy: BatchPolicy
  /** Texts that may wait for a worker. */
  readonly maxQueue: number
  /** Longest that a text takes, its wait included. */
  readonly timeoutMs: number
}

/** The queue in front of the workers. */
export interface Dispatcher extends Pick<Embedder, 'embed' | 'status' | 'close'> {
  /** To be called when a worker turns idle. */
  dispatch(): void
}

interface Request {
  readonly text: string
  readonly role: Role
  readonly since: number
  readonly deadline: NodeJS.Timeout
  /** Answers once; later calls do nothing. */
  readonly settle: (outcome: Embedding | SegueError) => void
  attempts: number
}

/** A text that was with two workers when they died is not given to a third. */
const MAX_ATTEMPTS = 2

export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { workers, policy, maxQueue, timeoutMs } = options
  // Sets keep their order: a queue that a request leaves from anywhere when its time is up.
  const queue = new Set<Request>()
  const inFlight = new Set<Request>()
  let retries: Request[] = []
  let closed: Promise<void> | undefined
  let drained: (() => void) | undefined
  let wake: NodeJS.Timeout | undefined

  const workersUp = () => workers.filter((worker) => worker.state() !== 'down').length

  const dispatch = (): void => {
    clearTimeout(wake)
    for (const worker of workers) {
      if (worker.state() !== 'idle') continue
      const batch = nextBatch()
      if (batch.length === 0) return
      void serve(worker, batch)
    }
  }

  /** Retries leave alone: one of them may be what its worker died of. */
  const nextBatch = (): Request[] => {
    const retry = retries.shift()
    if (retry) return [retry]
    const [oldest] = queue
    if (!oldest) return []
    const age = performance.now() - oldest.since
    const othersRun = workers.some((worker) => worker.state() === 'busy')
    const wait = leavesIn(policy, queue.size, age, othersRun)
    if (wait > 0) {
      wake = setTimeout(dispatch, wait)
      return []
    }
    const batch: Request[] = []
    for (const request of queue) {
      queue.delete(request)
      if (batch.push(request) === policy.max) break
    }
    return batch
  }

  const serve = async (worker: SupervisedWorker, batch: readonly Request[]): Promise<void> => {
    const dispatched = performance.now()
    for (const request of batch) {
      request.attempts++
      inFlight.add(request)
    }
    try {
      const results = await worker.run(batch.map(({ text, role }) => ({ text, role })))
      for (const [index, request] of batch.entries()) {
        const { vector, tokens, truncated, tokenizeMs, embedMs } = results[index] as (typeof results)[number]
        const timings = { queue: dispatched - request.since, tokenize: tokenizeMs, embed: embedMs }
        request.settle({ vector, tokens, truncated, timings })
      }
    } catch (cause) {
      for (const request of batch) giveBack(request, cause)
      dispatch()
    }
  }

  const giveBack = (request: Request, cause: unknown): void => {
    if (!inFlight.delete(request)) return // its time was up meanwhile
    if (request.attempts < MAX_ATTEMPTS) {
      retries.push(request)
      return
    }
    const message = `The text could not be embedded: two workers were lost with it (${messageOf(cause)})`
    request.settle(new SegueError('unavailable', message, { retryAfter: 1, cause }))
  }

  const embed = (text: string, role: Role): Promise<Embedding> =>
    new Promise((resolve, reject) => {
      if (closed) throw new SegueError('shutting_down', 'The service is shutting down', { retryAfter: 1 })
      if (queue.size >= maxQueue) {
        throw new SegueError('overloaded', `${queue.size} texts already wait to be embedded`, {
          retryAfter: 1,
        })
      }
      const request: Request = {
        text,
        role,
        since: performance.now(),
        attempts: 0,
        deadline: setTimeout(() => request.settle(tooLate()), timeoutMs),
        settle(outcome) {
          clearTimeout(request.deadline)
          queue.delete(request)
          inFlight.delete(request)
          if (retries.includes(request)) retries = retries.filter((other) => other !== request)
          if (outcome instanceof SegueError) reject(outcome)
          else resolve(outcome)
          if (queue.size + inFlight.size + retries.length === 0) drained?.()
        },
      }
      queue.add(request)
      dispatch()
    })

  const tooLate = (): SegueError =>
    workersUp() === 0
      ? new SegueError('unavailable', 'No embedding worker is up', { retryAfter: 1 })
      : new SegueError('timeout', `The text was not embedded within ${timeoutMs} ms`, { retryAfter: 1 })

  const drain = async (): Promise<void> => {
    if (queue.size + inFlight.size + retries.length > 0) {
      await new Promise<void>((resolve) => {
        drained = resolve
      })
    }
    clearTimeout(wake)
    await Promise.all(workers.map((worker) => worker.close()))
  }

  return {
    embed,
    dispatch,
    status: () => ({
      queued: queue.size + retries.length,
      workersUp: workersUp(),
      workersReplaced: workers.reduce((sum, worker) => sum + worker.replaced(), 0),
    }),
    close() {
      closed ??= drain()
      return closed
    },
  }
}
