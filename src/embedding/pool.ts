import { availableParallelism } from 'node:os'
import { extname } from 'node:path'
import { type BatchPolicy, NO_BATCHING } from './batcher.ts'
import { createDispatcher, type Dispatcher } from './dispatcher.ts'
import type { Embedder } from './embedder.ts'
import { openModel, type Precision } from './model.ts'
import type { Ready, WorkerStart } from './protocol.ts'
import { checkProviders } from './providers.ts'
import { superviseWorker } from './supervisor.ts'

export interface EmbedderOptions {
  readonly modelDir: string
  /** On the CPU; a GPU has one. */
  readonly workers: number
  /** Execution providers in order of preference. */
  readonly providers: readonly string[]
  /** Refuse to run on any provider but the first. */
  readonly strict: boolean
  /** Texts that may wait for a worker. */
  readonly maxQueue: number
  /** Longest that a text takes, its wait included. */
  readonly timeoutMs: number
  /** For GPU providers; the CPU runs one text at a time. */
  readonly batch: BatchPolicy
  /** Insist on one precision instead of the provider's best. */
  readonly precision?: Precision
}

/** All cores while they are few; one is left to the event loop where there are more. Each worker takes about 80 MB. */
export function defaultWorkers(cores = availableParallelism()): number {
  return Math.max(1, Math.min(cores <= 2 ? cores : cores - 1, 8))
}

/** For each worker the batch that runs and the one that comes next, but never more than half the queue. */
export function windowFor(workers: number, maxBatch: number, maxQueue: number): number {
  return Math.max(1, Math.min(2 * workers * maxBatch, Math.floor(maxQueue / 2)))
}

/** A GPU that builds engines (TensorRT) takes minutes; anything else is ready in a second. */
const START_LIMIT_MS = 600_000

/** The same file as TypeScript in the sources, as JavaScript in dist. */
const WORKER_ENTRY = new URL(`./worker${extname(import.meta.url)}`, import.meta.url)

/**
 * Opens a model in worker threads, each with a session of its own: a run blocks the thread that it is called on.
 * Resolves when all are warm.
 *
 * A pool of ours, because piscina and tinypool fail the task of a worker that dies and start the next at once: no
 * retry, no back-off, no watch for hung threads, and no batches.
 *
 * @throws SegueError `invalid_artefact` (the model), `invalid_config` (a provider's name), `provider_unavailable`
 */
export async function openEmbedder(options: EmbedderOptions): Promise<Embedder> {
  const { providers, batch, maxQueue, timeoutMs } = options
  checkProviders(providers)
  const model = await openModel(options.modelDir)

  // What the first worker found holds for all, replacements too: vectors of two providers or precisions never mix.
  let live: Ready | undefined
  let started = false
  const startWith = (): Omit<WorkerStart, 'gate'> => ({
    model,
    again: started,
    providers: live ? [live.provider] : providers,
    strict: options.strict,
    maxBatch: batch.max,
    ...(live ? { precision: live.precision } : options.precision ? { precision: options.precision } : {}),
  })
  let dispatcher: Dispatcher | undefined
  const supervise = () =>
    superviseWorker({
      entry: WORKER_ENTRY,
      startWith,
      limitMs: timeoutMs,
      startLimitMs: START_LIMIT_MS,
      onIdle: () => dispatcher?.dispatch(),
    })

  const workers = [supervise()]
  const leaveNative = () => {
    // Node would wait for ever for a thread that hangs in native code.
    if (!workers.every((worker) => worker.leaveNative())) process.kill(process.pid, 'SIGKILL')
  }
  process.on('exit', leaveNative)
  try {
    if (providers[0] !== 'cpu') live = await workers[0]?.ready
    // A GPU computes one batch after the other, whoever asks: a second session would only hold the weights again.
    const wanted = live && live.provider !== 'cpu' ? 1 : options.workers
    while (workers.length < wanted) workers.push(supervise())
    ;[live] = await Promise.all(workers.map(({ ready }) => ready))
    started = true
  } catch (error) {
    await Promise.all(workers.map((worker) => worker.close()))
    process.off('exit', leaveNative)
    throw error
  }
  const { provider, precision, failures } = live as Ready
  const policy = provider === 'cpu' ? NO_BATCHING : batch
  dispatcher = createDispatcher({
    workers,
    policy,
    maxQueue,
    timeoutMs,
  })
  return {
    info: {
      model: model.name,
      fingerprint: model.fingerprint,
      dimensions: model.dimensions,
      maxTokens: model.maxTokens,
      precision,
      provider,
      requestedProviders: providers,
      providerFailures: failures,
      workers: workers.length,
      window: windowFor(workers.length, policy.max, maxQueue),
    },
    embed: dispatcher.embed,
    status: dispatcher.status,
    async close() {
      await dispatcher?.close()
      process.off('exit', leaveNative)
    },
  }
}
