import { messageOf } from '../domain/errors.ts'
import { openCircuit } from '../redis/circuit.ts'
import { closeRedis, openRedis } from '../redis/connection.ts'
import { DeadlineError, within } from '../redis/deadline.ts'
import type { CacheCounters, CacheEvent, CacheLayer } from './cache.ts'
import { decodeEntry, encodeEntry } from './envelope.ts'

export interface RedisLayerOptions {
  readonly url: string
  /** Put before every key, so that several services can share one Redis. */
  readonly keyPrefix: string
  /** Milliseconds that a get may take. */
  readonly timeoutMs: number
  /** Bigger values (in UTF-8 bytes) are neither stored nor read. */
  readonly maxValueBytes: number
  readonly counters: CacheCounters
  readonly onEvent?: ((event: CacheEvent) => void) | undefined
}

export interface RedisLayer extends CacheLayer {
  up(): boolean
  reason(): string | undefined
  /** Resolves when the server was found well, or could not be connected to. */
  readonly attempted: Promise<void>
}

/** Sets on their way; more are dropped, so that a slow Redis cannot fill this process. */
const MAX_BYTES_IN_FLIGHT = 8 * 1024 * 1024
/** One late answer is bad luck, three in a row are a pattern. */
const FAILURES_TO_OPEN = 3
const PROBE_MS = 500

/** Entries shared by all processes. Asked only while it answers in time; left alone, and probed, while it does not. */
export function openRedisLayer(options: RedisLayerOptions): RedisLayer {
  const { counters, timeoutMs, onEvent } = options
  let settle = () => {}
  const attempted = new Promise<void>((resolve) => {
    settle = resolve
  })
  let bytesInFlight = 0
  let refusesWrites = false

  const client = openRedis({
    url: options.url,
    name: 'segue-cache',
    onReady: () => circuit.probe(),
    onDown: (reason) => {
      circuit.open(reason)
      settle()
    },
  })
  const circuit = openCircuit({
    threshold: FAILURES_TO_OPEN,
    probeMs: PROBE_MS,
    probe: async () => {
      // Without a connection there is nothing to probe: why there is none says more than a refused command.
      if (client.status !== 'ready') throw new Error(circuit.reason())
      await within(client.ping(), timeoutMs)
    },
    onChange: (closed, reason) => {
      settle()
      onEvent?.(closed ? { type: 'redis_up' } : { type: 'redis_down', reason })
    },
  })

  return {
    attempted,
    up: circuit.closed,
    reason: circuit.reason,

    get: async (key) => {
      if (!circuit.closed()) {
        counters.skipped++
        return undefined
      }
      try {
        // GETRANGE, since whatever lies under our key may be huge: one byte too many is all that is ever read.
        const answer = client.getrange(options.keyPrefix + key, 0, options.maxValueBytes)
        const text = await within(answer, timeoutMs)
        circuit.succeeded()
        if (text === '') return undefined
        const entry = decodeEntry(key, text)
        if (!entry) counters.invalid++
        return entry
      } catch (error) {
        if (error instanceof DeadlineError) counters.timeouts++
        else counters.errors++
        // An error in reply (a list under our key) is an answer in time; only silence and lost connections are not.
        if (isReply(error)) circuit.succeeded()
        else circuit.failed(messageOf(error))
        return undefined
      }
    },

    set: (key, entry) => {
      const text = encodeEntry(key, entry)
      const bytes = Buffer.byteLength(text)
      const tooMuch = bytes > options.maxValueBytes || bytesInFlight + bytes > MAX_BYTES_IN_FLIGHT
      const milliseconds = Math.ceil(entry.expires - Date.now())
      if (!circuit.closed() || tooMuch || milliseconds <= 0) {
        counters.dropped++
        return
      }
      bytesInFlight += bytes
      client
        .set(options.keyPrefix + key, text, 'PX', milliseconds)
        .then(
          () => {
            refusesWrites = false
          },
          (error) => {
            counters.errors++
            if (!isReply(error) || refusesWrites) return
            refusesWrites = true
            onEvent?.({ type: 'redis_refuses_writes', reason: messageOf(error) })
          },
        )
        .finally(() => {
          bytesInFlight -= bytes
        })
    },

    close: async () => {
      circuit.end()
      await closeRedis(client)
    },
  }
}

const isReply = (error: unknown): boolean => error instanceof Error && error.name === 'ReplyError'
