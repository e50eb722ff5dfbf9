import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Cache, CacheEvent } from '../../src/cache/cache.ts'
import { type CacheOptions, openCache } from '../../src/cache/open.ts'
import type { RedisClient } from '../../src/redis/connection.ts'
import { freePort, haveRedisServer, type RedisServer, startRedis, until } from '../support/redis-server.ts'

// Far above the 5 ms of production, so that two noisy cores make no test fail; hung servers are told apart from
// slow machines by counting, not by the clock.
const TIMEOUT_MS = 200

const text = (value: string) => value
const number = (value: string) => {
  const parsed: unknown = JSON.parse(value)
  return typeof parsed === 'number' ? parsed : undefined
}

const open: Cache[] = []
let events: CacheEvent[] = []

async function cacheOn(redisUrl: string, more: Partial<CacheOptions> = {}): Promise<Cache> {
  const cache = await openCache({
    redisUrl,
    ttlSeconds: 60,
    ttlJitter: 0,
    // Without the memory layer, so that every get shows what Redis does.
    memoryEntries: 0,
    memoryBytes: 0,
    redisTimeoutMs: TIMEOUT_MS,
    onEvent: (event) => events.push(event),
    ...more,
  })
  open.push(cache)
  return cache
}

const up = (cache: Cache) => until(() => cache.status().redisUp === true, 'the cache finds Redis well')

/** Sets are fire and forget: waits until the value can be read. */
async function store(cache: Cache, key: string, value: string): Promise<void> {
  cache.set(key, value)
  await until(async () => (await cache.get(key, text)) === value, `${key} is stored`)
}

beforeEach(() => {
  events = []
})

afterEach(async () => {
  await Promise.all(open.splice(0).map((cache) => cache.close()))
})

describe.skipIf(!haveRedisServer)('the cache on a real Redis', () => {
  let redis: RedisServer
  let client: RedisClient

  beforeAll(async () => {
    redis = await startRedis({ args: ['--enable-debug-command', 'yes'] })
  })
  beforeEach(async () => {
    client = redis.client()
    await until(() => client.status === 'ready', 'the test is connected')
    await client.flushall()
  })
  afterEach(() => {
    client.disconnect()
  })
  afterAll(() => redis.stop())

  it('gives what was set, to other processes too', async () => {
    const [here, there] = [await cacheOn(redis.url), await cacheOn(redis.url)]
    await store(here, 'k', 'naïve 🎧')
    expect(await there.get('k', text)).toBe('naïve 🎧')
    expect(await there.get('other', text)).toBeUndefined()
    expect(there.status()).toMatchObject({
      layers: ['redis'],
      redisUp: true,
      counts: { redisHits: 1, misses: 1, errors: 0, timeouts: 0 },
    })
  })

  it('keeps services on one Redis apart by their prefix', async () => {
    const [a, b] = [
      await cacheOn(redis.url, { keyPrefix: 'a:' }),
      await cacheOn(redis.url, { keyPrefix: 'b:' }),
    ]
    await store(a, 'k', '1')
    expect(await b.get('k', text)).toBeUndefined()
    expect(await client.keys('*')).toEqual(['a:k'])
  })

  it('lets entries live for the TTL less a random part of the jitter', async () => {
    const cache = await cacheOn(redis.url, { ttlSeconds: 1000, ttlJitter: 0.2 })
    for (let i = 0; i < 50; i++) cache.set(`k${i}`, 'v')
    await until(async () => (await client.dbsize()) === 50, 'all are stored')
    const lives = await Promise.all(Array.from({ length: 50 }, (_, i) => client.pttl(`k${i}`)))
    expect(Math.max(...lives)).toBeLessThanOrEqual(1_000_000)
    expect(Math.min(...lives)).toBeGreaterThan(800_000 - 30_000)
    expect(new Set(lives.map((life) => Math.round(life / 1000))).size).toBeGreaterThan(20)
  })

  it('copies what Redis knew into memory, for the rest of its life and no longer', async () => {
    const writer = await cacheOn(redis.url, { ttlSeconds: 2 })
    const reader = await cacheOn(redis.url, { ttlSeconds: 3600, memoryEntries: 10, memoryBytes: 1e6 })
    await store(writer, 'k', 'v')
    expect(await reader.get('k', text)).toBe('v')
    expect(await reader.get('k', text)).toBe('v')
    expect(reader.status().counts).toMatchObject({ redisHits: 1, memoryHits: 1 })
    await until(async () => (await reader.get('k', text)) === undefined, 'the copy ends with the original')
  })

  it('takes garbage under its key for a miss, whatever it is, and writes over it', async () => {
    const cache = await cacheOn(redis.url, { maxValueBytes: 1000 })
    await client.rpush('list', 'a', 'b')
    await client.set('plain', '42')
    await client.set('truncated', `segue1 ${Date.now() + 1e6} 4`.slice(0, 9))
    await client.set('other-type', `segue1 ${Date.now() + 1e6} other-type "forty-two"`)
    await client.set('no-json', `segue1 ${Date.now() + 1e6} no-json {{{`)
    await client.set('misplaced', `segue1 ${Date.now() + 1e6} elsewhere 41`)
    await client.set('bytes', Buffer.from([0xff, 0xfe, 0x00, 0xc3]))
    await client.set('expired', `segue1 ${Date.now() - 1} expired 42`)
    await client.set('huge', `segue1 ${Date.now() + 1e6} huge ${'4'.repeat(5_000_000)}`)
    const keys = ['list', 'plain', 'truncated', 'other-type', 'no-json', 'misplaced', 'bytes', 'expired']
    for (const key of keys) {
      expect(await cache.get(key, number), key).toBeUndefined()
      cache.set(key, '42')
      await until(async () => (await cache.get(key, number)) === 42, `${key} is written over`)
    }
    expect(cache.status().redisUp).toBe(true)
    // Only as much of it as may be stored is ever read.
    expect(await cache.get('huge', (value) => value.length)).toBeLessThan(1000)
  })

  it('does not store values over the bound', async () => {
    const cache = await cacheOn(redis.url, { maxValueBytes: 1000 })
    cache.set('big', 'é'.repeat(600))
    await store(cache, 'small', 'x')
    expect(await client.keys('*')).toEqual(['small'])
    expect(cache.status().counts.dropped).toBe(1)
  })

  it('asks a hung Redis a few times only, then leaves it alone, and is back when it is', async () => {
    const cache = await cacheOn(redis.url)
    await store(cache, 'k', 'v')
    redis.signal('SIGSTOP')
    try {
      for (let i = 0; i < 500; i++) {
        expect(await cache.get('k', text)).toBeUndefined()
        cache.set(`more${i}`, 'v')
      }
      const { redisUp, redisReason, counts } = cache.status()
      expect(redisUp).toBe(false)
      expect(redisReason).toContain('200 ms')
      expect(counts.timeouts).toBe(3)
      expect(counts.skipped).toBe(497)
      expect(counts.dropped).toBeGreaterThan(490)
      expect(events).toContainEqual({ type: 'redis_down', reason: 'no answer within 200 ms' })
    } finally {
      redis.signal('SIGCONT')
    }
    await up(cache)
    expect(await cache.get('k', text)).toBe('v')
    expect(events.at(-1)).toEqual({ type: 'redis_up' })
  })

  it('comes back from a hang so long that the connection was given up', async () => {
    const cache = await cacheOn(redis.url)
    await store(cache, 'k', 'v')
    redis.signal('SIGSTOP')
    try {
      await until(async () => {
        await cache.get('k', text)
        return cache.status().redisReason?.includes('Socket timeout') === true
      }, 'the silent connection is given up')
    } finally {
      redis.signal('SIGCONT')
    }
    await up(cache)
    expect(await cache.get('k', text)).toBe('v')
  })

  it('lets all concurrent gets on a hung Redis end', async () => {
    const cache = await cacheOn(redis.url)
    await up(cache)
    redis.signal('SIGSTOP')
    try {
      const answers = await Promise.all(Array.from({ length: 200 }, (_, i) => cache.get(`k${i}`, text)))
      expect(answers.every((answer) => answer === undefined)).toBe(true)
    } finally {
      redis.signal('SIGCONT')
    }
    await up(cache)
  })

  it.each([
    ['CLIENT PAUSE', (c: RedisClient) => c.client('PAUSE', 1500, 'ALL')],
    ['DEBUG SLEEP', (c: RedisClient) => c.call('DEBUG', 'SLEEP', '1.5').catch(() => {})],
  ])('takes a slow Redis (%s) for a miss and comes back', async (_, slow) => {
    const cache = await cacheOn(redis.url)
    await store(cache, 'k', 'v')
    void slow(client)
    await until(async () => (await cache.get('k', text)) === undefined, 'a get is a miss')
    await until(() => cache.status().redisUp === false || cache.status().counts.timeouts > 0, 'it is counted')
    await up(cache)
    await until(async () => (await cache.get('k', text)) === 'v', 'the entry is there again')
  })

  it('misses while Redis is killed and finds it when it is started again', async () => {
    const cache = await cacheOn(redis.url)
    await store(cache, 'k', 'v')
    await redis.kill()
    await until(() => cache.status().redisUp === false, 'the loss is seen')
    for (let i = 0; i < 100; i++) {
      expect(await cache.get('k', text)).toBeUndefined()
      cache.set('k', 'v')
    }
    await redis.start()
    await up(cache)
    await store(cache, 'k', 'again')
    expect(events.map((event) => event.type)).toEqual(['redis_up', 'redis_down', 'redis_up'])
  })

  it('serves from memory while Redis is down', async () => {
    const cache = await cacheOn(redis.url, { memoryEntries: 10, memoryBytes: 1e6 })
    await up(cache)
    await redis.kill()
    await until(() => cache.status().redisUp === false, 'the loss is seen')
    cache.set('k', 'v')
    expect(await cache.get('k', text)).toBe('v')
    expect(cache.status()).toMatchObject({
      layers: ['memory', 'redis'],
      entries: 1,
      counts: { memoryHits: 1 },
    })
    await redis.start()
    await up(cache)
  })

  it('starts while Redis is down and finds it later', async () => {
    await redis.kill()
    const cache = await cacheOn(redis.url)
    expect(cache.status().redisUp).toBe(false)
    expect(events).toEqual([{ type: 'redis_down', reason: expect.stringContaining('ECONNREFUSED') }])
    expect(await cache.get('k', text)).toBeUndefined()
    await redis.start()
    await up(cache)
    await store(cache, 'k', 'v')
    expect(events.map((event) => event.type)).toEqual(['redis_down', 'redis_up'])
  })

  it('closes in bounded time while Redis hangs', async () => {
    const cache = await cacheOn(redis.url)
    await up(cache)
    redis.signal('SIGSTOP')
    try {
      await cache.close()
      expect(await cache.get('k', text)).toBeUndefined()
      cache.set('k', 'v')
    } finally {
      redis.signal('SIGCONT')
    }
  })
})

describe.skipIf(!haveRedisServer)('the cache on a Redis with troubles of its own', () => {
  it('goes on reading from a Redis that is full, and says once that it refuses writes', async () => {
    const redis = await startRedis({ args: ['--maxmemory', '3mb', '--maxmemory-policy', 'noeviction'] })
    try {
      const cache = await cacheOn(redis.url)
      await store(cache, 'k', 'v')
      const filler = redis.client()
      await until(() => filler.status === 'ready', 'the test is connected')
      const full = async () => {
        for (let i = 0; i < 1000; i++) await filler.set(`fill${i}`, 'x'.repeat(50_000))
      }
      await expect(full()).rejects.toThrow('OOM')
      for (let i = 0; i < 20; i++) cache.set(`more${i}`, 'x'.repeat(50_000))
      await until(() => cache.status().counts.errors === 20, 'every refused set is counted')
      expect(await cache.get('k', text)).toBe('v')
      expect(cache.status().redisUp).toBe(true)
      const refusals = events.filter((event) => event.type === 'redis_refuses_writes')
      expect(refusals).toHaveLength(1)
      expect(refusals[0]).toMatchObject({ reason: expect.stringContaining('OOM') })
      await filler.flushall()
      await store(cache, 'room', 'again')
    } finally {
      await redis.stop()
    }
  })

  it('misses on a wrong password, never shows it, and works with the right one', async () => {
    const redis = await startRedis({ password: 'right-secret' })
    try {
      const wrong = await cacheOn(redis.url.replace('right-secret', 'wrong-secret'))
      const none = await cacheOn(redis.url.replace(':right-secret@', ''))
      const right = await cacheOn(redis.url)
      await store(right, 'k', 'v')
      for (const cache of [wrong, none]) {
        expect(await cache.get('k', text)).toBeUndefined()
        expect(cache.status().redisUp).toBe(false)
        expect(cache.status().redisReason).toMatch(/WRONGPASS|NOAUTH/)
      }
      const refused = { type: 'redis_down', reason: expect.stringMatching(/WRONGPASS|NOAUTH/) }
      expect(events.filter((event) => event.type === 'redis_down')).toEqual([refused, refused])
      expect(JSON.stringify(events)).not.toContain('-secret')
    } finally {
      await redis.stop()
    }
  })
})

describe('the cache on something that is no Redis', () => {
  let server: Server | undefined
  afterEach(() => {
    server?.close()
  })

  const answering = async (reply: (chunk: string) => string | Buffer): Promise<string> => {
    server = createServer((socket) => {
      socket.on('error', () => {})
      socket.on('data', (chunk) => socket.write(reply(chunk.toString())))
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    return `redis://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  }

  it.each([
    ['HTTP', () => 'HTTP/1.1 400 Bad Request\r\n\r\n'],
    ['noise', () => Buffer.from([0, 1, 2, 253, 254, 255, 13, 10, 36, 45])],
    ['OK to everything', () => '+OK\r\n'],
    ['more answers than questions', () => '+OK\r\n+OK\r\n:1\r\n$3\r\nabc\r\n*0\r\n'],
    ['errors', () => '-ERR what?\r\n'],
    ['half an answer', () => '$100\r\nabc'],
    ['lengths that cannot be', () => '$-7\r\n*99999999999999\r\n'],
    ['nothing', () => ''],
  ])('misses, and neither throws nor waits: %s', async (_, reply) => {
    const cache = await cacheOn(await answering(reply))
    for (let i = 0; i < 50; i++) {
      expect(await cache.get('k', number)).toBeUndefined()
      cache.set('k', '42')
    }
    expect(cache.status().counts.misses).toBe(50)
  })

  it('misses where nothing listens, and leaves no handle behind', async () => {
    const cache = await cacheOn(`redis://127.0.0.1:${await freePort()}`)
    expect(await cache.get('k', text)).toBeUndefined()
    expect(cache.status()).toMatchObject({
      redisUp: false,
      redisReason: expect.stringContaining('ECONNREFUSED'),
    })
  })

  it.each(['http://127.0.0.1:6379', 'localhost:6379', 'redis', '//x', 'rediss//:secret@x'])(
    'refuses %s as an address, without repeating it',
    async (url) => {
      const error = await cacheOn(url).catch((caught: unknown) => caught)
      expect(error).toMatchObject({ code: 'invalid_config', expected: expect.stringContaining('redis://') })
      expect(String(error)).not.toContain('secret')
    },
  )
})
