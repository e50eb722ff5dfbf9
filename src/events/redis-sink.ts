import { setTimeout as delay } from 'node:timers/promises'
import { SegueError } from '../domain/errors.ts'
import { closeRedis, openRedis } from '../redis/connection.ts'
import { within } from '../redis/deadline.ts'
import { notWritten, type Sink } from './sink.ts'

export interface RedisSinkOptions {
  readonly url: string
  readonly stream?: string
  /** About how many entries the stream keeps (MAXLEN ~); the oldest go first. */
  readonly maxLength?: number
  /** Milliseconds after which a batch without an answer is refused. */
  readonly timeoutMs?: number
  /** Called when this Redis cannot keep what it acknowledges; once for each connection. */
  readonly onWarning?: ((reason: string) => void) | undefined
}

export const DEFAULT_STREAM = 'segue:events'

/** Records whose answers are awaited; more are refused, so that a slow Redis cannot fill this process. */
const MAX_IN_FLIGHT = 10_000
/** How long a start waits for a Redis that does not answer; it may come up later all the same. */
const START_WAIT_MS = 500

/**
 * A Redis Stream: an entry a record, with the fields `type` and `searchId` to choose by and `record`, the whole as
 * JSON. What XADD acknowledged outlives this process; whether it outlives Redis is Redis' own affair: with
 * `appendonly yes` and `appendfsync everysec` a power cut costs a second, with `always` nothing.
 *
 * @throws SegueError `invalid_config` when the URL is no Redis URL
 */
export async function openRedisSink(options: RedisSinkOptions): Promise<Sink> {
  const { url, stream = DEFAULT_STREAM, maxLength = 1_000_000, timeoutMs = 2000, onWarning } = options
  let settle: () => void = noop
  const attempted = new Promise<void>((resolve) => {
    settle = resolve
  })
  const client = openRedis({
    url,
    name: 'segue-events',
    onDown: () => settle(),
    onReady: () => {
      settle()
      client.info().then((info) => {
        for (const reason of weaknesses(info)) onWarning?.(reason)
      }, noop)
    },
  })
  let inFlight = 0
  await Promise.race([attempted, delay(START_WAIT_MS, undefined, { ref: false })])

  return {
    write: async (records) => {
      if (inFlight + records.length > MAX_IN_FLIGHT) {
        throw new SegueError('overloaded', 'Too many events wait for Redis', { retryAfter: 1 })
      }
      inFlight += records.length
      const added = records.map((record) =>
        client.xadd(
          stream,
          'MAXLEN',
          '~',
          maxLength,
          '*',
          'type',
          record.type,
          'searchId',
          record.searchId,
          'record',
          JSON.stringify(record),
        ),
      )
      const all = Promise.allSettled(added).then((ends) => {
        inFlight -= records.length
        const failed = ends.find((end) => end.status === 'rejected')
        if (failed) throw failed.reason
      })
      try {
        await within(all, timeoutMs)
      } catch (cause) {
        throw notWritten(cause)
      }
    },
    close: () => closeRedis(client),
  }
}

/** What INFO says against keeping a log here. */
function weaknesses(info: string): string[] {
  const value = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1]
  const policy = value('maxmemory_policy')
  return [
    ...(value('aof_enabled') === '0'
      ? ['appendonly is off: acknowledged events are lost when Redis is killed']
      : []),
    ...(policy?.startsWith('allkeys') && value('maxmemory') !== '0'
      ? [`maxmemory-policy ${policy} may evict the whole stream: use a Redis of its own, or volatile-lru`]
      : []),
  ]
}

const noop = (): void => {}
