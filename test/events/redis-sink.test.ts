import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { EventRecord, LogRecord } from '../../src/events/event.ts'
import { newReadReport, readLog } from '../../src/events/read.ts'
import { openRedisSink, type RedisSinkOptions } from '../../src/events/redis-sink.ts'
import { newSearchId } from '../../src/events/search-id.ts'
import type { Sink } from '../../src/events/sink.ts'
import { haveRedisServer, type RedisServer, startRedis, until } from '../support/redis-server.ts'

const click = (playlistId: string): EventRecord => ({
  type: 'click',
  searchId: newSearchId(),
  playlistId,
  at: '2026-11-26T10:00:00.000Z',
})
const durable = { durable: true }

async function ids(url: string): Promise<string[]> {
  const found: string[] = []
  for await (const record of readLog(url)) if (record.type !== 'search') found.push(record.playlistId)
  return found
}

const sinks: Sink[] = []
afterEach(async () => {
  await Promise.all(sinks.splice(0).map((sink) => sink.close()))
})

async function open(redis: RedisServer, more: Partial<RedisSinkOptions> = {}): Promise<Sink> {
  const sink = await openRedisSink({ url: redis.url, timeoutMs: 500, ...more })
  sinks.push(sink)
  return sink
}

/** Tries until the sink, which connects in the background, takes it. */
const untilWritten = (sink: Sink, record: LogRecord) =>
  until(
    () =>
      sink.write([record], durable).then(
        () => true,
        () => false,
      ),
    'the sink takes a record',
  )

describe.skipIf(!haveRedisServer)('the log on a Redis Stream', () => {
  let redis: RedisServer
  beforeAll(async () => {
    redis = await startRedis({ args: ['--appendonly', 'yes', '--appendfsync', 'always'] })
  })
  afterEach(async () => {
    const client = redis.client()
    await until(() => client.status === 'ready', 'the test is connected')
    await client.flushall()
    client.disconnect()
  })
  afterAll(() => redis.stop())

  it('adds an entry a record, with fields that consumers choose by', async () => {
    const sink = await open(redis)
    const record = click('epl-1')
    await sink.write([record], durable)
    const client = redis.client()
    await until(() => client.status === 'ready', 'the test is connected')
    const [entry] = await client.xrange('segue:events', '-', '+')
    expect(entry?.[1]).toEqual([
      'type',
      'click',
      'searchId',
      record.searchId,
      'record',
      JSON.stringify(record),
    ])
  })

  it('keeps about as many entries as configured', async () => {
    const sink = await open(redis, { maxLength: 1000 })
    const batch = Array.from({ length: 100 }, () => click('x'))
    for (let i = 0; i < 50; i++) await sink.write(batch, durable)
    const client = redis.client()
    await until(() => client.status === 'ready', 'the test is connected')
    const length = await client.xlen('segue:events')
    expect(length).toBeGreaterThanOrEqual(1000)
    expect(length).toBeLessThan(2000)
  })

  it('is read in order, over many pages, garbage left out and counted', async () => {
    const sink = await open(redis)
    await sink.write([click('p0')], durable)
    const wanted = ['p0']
    for (let i = 1; i <= 25; i++) {
      const batch = Array.from({ length: 100 }, (_, j) => `p${i}-${j}`)
      await sink.write(batch.map(click), durable)
      wanted.push(...batch)
    }
    const client = redis.client()
    await until(() => client.status === 'ready', 'the test is connected')
    await client.xadd('segue:events', '*', 'foreign', 'entry')
    await client.xadd('segue:events', '*', 'record', '{"half')
    const report = newReadReport()
    const found: LogRecord[] = []
    for await (const record of readLog(redis.url, report)) found.push(record)
    expect(found.map((record) => 'playlistId' in record && record.playlistId)).toEqual(wanted)
    expect(report).toEqual({ records: wanted.length, bad: 2, unfinished: 0 })
  })

  it('keeps streams apart, and reads the one that the address names', async () => {
    const sink = await open(redis, { stream: 'other:events' })
    await sink.write([click('there')], durable)
    expect(await ids(redis.url)).toEqual([])
    expect(await ids(`${redis.url}?stream=other:events`)).toEqual(['there'])
  })

  it('refuses while Redis hangs, and takes records again after', async () => {
    const sink = await open(redis)
    await sink.write([click('before')], durable)
    redis.signal('SIGSTOP')
    try {
      await expect(sink.write([click('during')], durable)).rejects.toMatchObject({ code: 'unavailable' })
    } finally {
      redis.signal('SIGCONT')
    }
    await untilWritten(sink, click('after'))
    expect((await ids(redis.url)).filter((id) => id !== 'during')).toEqual(['before', 'after'])
  })

  it('keeps what it acknowledged when Redis is killed and started again', async () => {
    const sink = await open(redis)
    const acknowledged: string[] = []
    const writing = (async () => {
      for (let i = 0; i < 5000; i++) {
        try {
          await sink.write([click(`p${i}`)], durable)
          acknowledged.push(`p${i}`)
        } catch {
          return
        }
      }
    })()
    await until(() => acknowledged.length > 50, 'some are acknowledged')
    await redis.kill()
    await writing
    await expect(sink.write([click('down')], durable)).rejects.toMatchObject({
      code: 'unavailable',
      message: 'The behaviour log cannot be written now',
    })
    await redis.start()
    await untilWritten(sink, click('up-again'))
    const found = new Set(await ids(redis.url))
    expect(acknowledged.filter((id) => !found.has(id))).toEqual([])
  })
})

describe.skipIf(!haveRedisServer)('the log on a Redis that cannot keep it', () => {
  it('refuses what a full Redis refuses', async () => {
    const redis = await startRedis({ args: ['--maxmemory', '3mb', '--maxmemory-policy', 'noeviction'] })
    try {
      const sink = await open(redis)
      const fill = async () => {
        const batch = Array.from({ length: 100 }, () => click('x'.repeat(100)))
        for (let i = 0; i < 200; i++) await sink.write(batch, durable)
      }
      await expect(fill()).rejects.toMatchObject({
        code: 'unavailable',
        cause: expect.objectContaining({ message: expect.stringContaining('OOM') }),
      })
    } finally {
      await redis.stop()
    }
  })

  it('warns of a Redis that forgets', async () => {
    const redis = await startRedis({ args: ['--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru'] })
    try {
      const warnings: string[] = []
      await open(redis, { onWarning: (reason) => warnings.push(reason) })
      await until(() => warnings.length === 2, 'both warnings')
      expect(warnings[0]).toContain('appendonly')
      expect(warnings[1]).toContain('allkeys-lru')
    } finally {
      await redis.stop()
    }
  })

  it('says that a stream cannot be read', async () => {
    const redis = await startRedis()
    await redis.stop()
    await expect(ids(redis.url)).rejects.toMatchObject({ code: 'invalid_input' })
  })
})
