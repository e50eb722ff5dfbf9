import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { openRedis, type RedisClient } from '../../src/redis/connection.ts'
import { redisServerPath, requirement } from './requirements.ts'

/** False, with a line that says so, where tests on a real Redis have to be skipped. */
export const haveRedisServer = requirement(
  'redis-server',
  redisServerPath() !== undefined,
  'apt-get install redis-server',
)

export interface RedisServer {
  readonly port: number
  readonly url: string
  /** SIGSTOP: connections stand, nothing answers. SIGCONT ends it. */
  signal(name: 'SIGSTOP' | 'SIGCONT'): void
  /** SIGKILL, and waits for the end. */
  kill(): Promise<void>
  /** Starts the same server again, on the same port and folder. */
  start(): Promise<void>
  /** A connection of the test's own, to look and to break things. */
  client(): RedisClient
  stop(): Promise<void>
}

export interface RedisServerOptions {
  /** More arguments, e.g. ['--maxmemory', '2mb']. */
  readonly args?: readonly string[]
  /** Where the server asks for one. */
  readonly password?: string
}

/** A real redis-server on a free port of this machine, with its files in a folder of its own. */
export async function startRedis({ args = [], password }: RedisServerOptions = {}): Promise<RedisServer> {
  const port = await freePort()
  const folder = await mkdtemp(join(tmpdir(), 'segue-redis-'))
  const url = `redis://${password ? `:${encodeURIComponent(password)}@` : ''}127.0.0.1:${port}`
  const auth = password ? ['--requirepass', password] : []
  const clients: RedisClient[] = []
  let server: ChildProcess | undefined

  async function start(): Promise<void> {
    const fixed = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '']
    server = spawn(
      redisServerPath() ?? 'redis-server',
      [...fixed, '--loglevel', 'warning', ...auth, ...args],
      {
        stdio: 'ignore',
      },
    )
    const probe = openRedis({ url, name: 'test-start' })
    try {
      await until(() => probe.status === 'ready', 'redis-server answers')
    } finally {
      probe.disconnect()
    }
  }

  async function kill(): Promise<void> {
    if (!server || server.exitCode !== null || server.signalCode !== null) return
    server.kill('SIGKILL')
    await once(server, 'exit')
  }

  await start()
  return {
    port,
    url,
    start,
    kill,
    signal: (name) => {
      server?.kill(name)
    },
    client: () => {
      const client = openRedis({ url, name: 'test' })
      clients.push(client)
      return client
    },
    stop: async () => {
      for (const client of clients) client.disconnect()
      await kill()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Waits for a condition; generous, since it only bounds a failing test. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  limitMs = 15_000,
): Promise<void> {
  const end = Date.now() + limitMs
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`not within ${limitMs} ms: ${what}`)
    await delay(10)
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
