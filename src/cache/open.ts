import { setTimeout as delay } from 'node:timers/promises'
import { type Cache, type CacheEvent, newCounters } from './cache.ts'
import { layeredCache } from './layered.ts'
import { openMemoryLayer } from './memory.ts'
import { openRedisLayer } from './redis.ts'

export interface CacheOptions {
  /** redis:// or rediss:// (TLS). Without it the cache lives in this process alone. */
  readonly redisUrl?: string | undefined
  /** Longest life of an entry. */
  readonly ttlSeconds: number
  /** 0..1: the share of that life by which an entry may die earlier, at random, so that they do not die together. */
  readonly ttlJitter: number
  /** Bounds of the memory layer; zero entries leave it out. */
  readonly memoryEntries: number
  readonly memoryBytes: number
  /** Milliseconds that a search waits for Redis. */
  readonly redisTimeoutMs?: number
  /** Put before every key in Redis, so that several services can share it. */
  readonly keyPrefix?: string
  /** Bigger values (in UTF-8 bytes) are not stored in Redis. */
  readonly maxValueBytes?: number
  readonly onEvent?: ((event: CacheEvent) => void) | undefined
  readonly random?: () => number
}

/** How long a start waits for a Redis that does not answer; it may come up later all the same. */
const START_WAIT_MS = 500

/**
 * Opens the cache: in memory, in front of Redis where there is one. A Redis that is down is no error, now or later.
 *
 * @throws SegueError `invalid_config` when `redisUrl` is no Redis URL
 */
export async function openCache(options: CacheOptions): Promise<Cache> {
  const { redisUrl, ttlSeconds, ttlJitter, memoryEntries, memoryBytes, random = Math.random } = options
  const counters = newCounters()
  const redis = redisUrl
    ? openRedisLayer({
        url: redisUrl,
        keyPrefix: options.keyPrefix ?? '',
        timeoutMs: options.redisTimeoutMs ?? 5,
        maxValueBytes: options.maxValueBytes ?? 1024 * 1024,
        counters,
        onEvent: options.onEvent,
      })
    : undefined
  const memory =
    memoryEntries > 0 ? openMemoryLayer({ entries: memoryEntries, bytes: memoryBytes }) : undefined
  const lifetime = () => ttlSeconds * 1000 * (1 - ttlJitter * random())
  if (redis) {
    await Promise.race([redis.attempted, delay(START_WAIT_MS, undefined, { ref: false })])
    // Down from the start is no change that the circuit would tell: a wrong address or password would go unseen.
    if (!redis.up()) options.onEvent?.({ type: 'redis_down', reason: redis.reason() ?? '' })
  }
  return layeredCache({ memory, redis, counters, lifetime })
}
