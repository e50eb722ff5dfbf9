import type { Cache, CacheCounters } from './cache.ts'
import type { MemoryLayer } from './memory.ts'
import type { RedisLayer } from './redis.ts'

export interface LayeredCacheOptions {
  readonly memory?: MemoryLayer | undefined
  readonly redis?: RedisLayer | undefined
  readonly counters: CacheCounters
  /** Milliseconds that the next entry lives. */
  readonly lifetime: () => number
}

/**
 * Memory in front of Redis. A set goes to both; what Redis knew is copied into memory for the rest of its life.
 * That a key is missing is never remembered: another process may fill it in the next moment.
 */
export function layeredCache({ memory, redis, counters, lifetime }: LayeredCacheOptions): Cache {
  return {
    get: async (key, decode) => {
      const near = memory?.get(key)
      if (near) {
        const value = attempt(decode, near.value)
        if (value !== undefined) {
          counters.memoryHits++
          return value
        }
        counters.invalid++
        memory?.delete(key)
      }
      const far = await redis?.get(key)
      if (far && far.expires > Date.now()) {
        const value = attempt(decode, far.value)
        if (value !== undefined) {
          counters.redisHits++
          // A clock that is ahead elsewhere must not give an entry a longer life here.
          memory?.set(key, { value: far.value, expires: Math.min(far.expires, Date.now() + lifetime()) })
          return value
        }
        counters.invalid++
      }
      counters.misses++
      return undefined
    },
    set: (key, value) => {
      const entry = { value, expires: Date.now() + lifetime() }
      memory?.set(key, entry)
      redis?.set(key, entry)
    },
    status: () => ({
      layers: [...(memory ? (['memory'] as const) : []), ...(redis ? (['redis'] as const) : [])],
      redisUp: redis ? redis.up() : null,
      redisReason: redis?.reason(),
      ...(memory?.size() ?? { entries: 0, bytes: 0 }),
      counts: { ...counters },
    }),
    close: async () => {
      await Promise.all([memory?.close(), redis?.close()])
    },
  }
}

function attempt<T>(decode: (value: string) => T | undefined, value: string): T | undefined {
  try {
    return decode(value)
  } catch {
    return undefined
  }
}
