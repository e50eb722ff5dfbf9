import { Redis } from 'ioredis'
import { messageOf, SegueError } from '../domain/errors.ts'

export type RedisClient = Redis

export interface RedisConnectionOptions {
  /** redis://[user:password@]host[:port][/db], or rediss:// for TLS. */
  readonly url: string
  /** Shown by CLIENT LIST. */
  readonly name: string
  readonly onReady?: () => void
  /** The connection is gone, or could not be made; it is tried again by itself. */
  readonly onDown?: (reason: string) => void
}

/** Without any byte from a server that owes us one, the connection counts as dead and is made anew. */
const SILENCE_MS = 2000
const LONGEST_RETRY_MS = 2000

/**
 * A connection that never throws for a server that is down, and comes back by itself. Nothing is queued while it is
 * down: a command is then refused at once, and one in flight is refused when its connection dies.
 *
 * @throws SegueError `invalid_config` when the URL is no Redis URL
 */
export function openRedis({ url, name, onReady, onDown }: RedisConnectionOptions): RedisClient {
  checkUrl(url)
  const client = new Redis(url, {
    connectionName: name,
    // Nothing of RESP3 is used, and proxies and older servers refuse its handshake.
    protocol: 2,
    disableClientInfo: true,
    connectTimeout: SILENCE_MS,
    socketTimeout: SILENCE_MS,
    disconnectTimeout: 100,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    // Zero makes ioredis reject the commands in flight when the connection closes; else they would stay pending.
    maxRetriesPerRequest: 0,
    retryStrategy: (attempt) =>
      Math.min(50 * 2 ** Math.min(attempt, 10), LONGEST_RETRY_MS) + Math.random() * 50,
    // After a failover the old primary is a replica: the name may already lead to the new one.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  })
  let reason = 'not connected yet'
  client.on('error', (error) => {
    reason = messageOf(error)
    onDown?.(reason)
  })
  client.on('close', () => {
    onDown?.(reason)
    reason = 'the connection was closed'
  })
  client.on('ready', () => {
    reason = 'the connection was closed'
    onReady?.()
  })
  return client
}

/** Lets commands in flight finish for a moment, then ends the connection whatever the server does. */
export async function closeRedis(client: RedisClient, graceMs = 500): Promise<void> {
  const timer = setTimeout(() => client.disconnect(), graceMs)
  try {
    await client.quit()
  } catch {
    // A server that is down cannot take a QUIT; the connection ends all the same.
  } finally {
    clearTimeout(timer)
    client.disconnect()
  }
}

/** @throws SegueError `invalid_config`; the message never holds the URL, which may hold a password */
function checkUrl(url: string): void {
  const protocol = URL.canParse(url) ? new URL(url).protocol : ''
  if (protocol === 'redis:' || protocol === 'rediss:') return
  throw new SegueError('invalid_config', 'The Redis URL is not one', {
    expected: 'redis://[user:password@]host[:port][/db], or rediss:// for TLS',
  })
}
