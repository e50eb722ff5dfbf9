/** Strings by key, for a while. A cache may forget at any time and never throws: a broken cache is a miss. */
export interface Cache {
  /**
   * @param decode what a stored value means. Undefined, or a throw, says that it is none of ours: it counts as a
   *   miss and is overwritten by the next set()
   */
  get<T>(key: string, decode: (value: string) => T | undefined): Promise<T | undefined>
  /** Never waits: what cannot be stored is dropped and counted. */
  set(key: string, value: string): void
  status(): CacheStatus
  close(): Promise<void>
}

/** Where entries lie, and for how long. Internal to the cache: callers see `Cache`. */
export interface CacheLayer {
  get(key: string): Promise<CacheEntry | undefined> | CacheEntry | undefined
  set(key: string, entry: CacheEntry): void
  close(): Promise<void>
}

export interface CacheEntry {
  readonly value: string
  /** Milliseconds since the epoch. */
  readonly expires: number
}

export interface CacheStatus {
  readonly layers: readonly ('memory' | 'redis')[]
  /** Whether Redis is asked: connected, and answering in time. Null when none is configured. */
  readonly redisUp: boolean | null
  /** Why Redis is not asked. */
  readonly redisReason: string | undefined
  /** What the memory layer holds. */
  readonly entries: number
  readonly bytes: number
  readonly counts: CacheCounts
}

/** Since the start; only ever growing, so that they can be counters of Prometheus. */
export interface CacheCounts {
  readonly memoryHits: number
  readonly redisHits: number
  readonly misses: number
  /** Values that decode() refused; each is a miss too, unless another layer knew better. */
  readonly invalid: number
  /** Gets that Redis did not answer in time. */
  readonly timeouts: number
  /** Gets and sets that Redis refused or that its connection lost. */
  readonly errors: number
  /** Gets that did not ask Redis, since it was down or too slow. */
  readonly skipped: number
  /** Sets not written to Redis: it was down, too much was in flight, or the value was too big. */
  readonly dropped: number
}

/** Counters as the layers keep them. */
export type CacheCounters = { -readonly [K in keyof CacheCounts]: number }

export const newCounters = (): CacheCounters => ({
  memoryHits: 0,
  redisHits: 0,
  misses: 0,
  invalid: 0,
  timeouts: 0,
  errors: 0,
  skipped: 0,
  dropped: 0,
})

/** Changes that an operator wants in the log; everything that happens per request is in the counts. */
export type CacheEvent =
  | { readonly type: 'redis_up' }
  | { readonly type: 'redis_down'; readonly reason: string }
  /** Redis answers but refuses to store (out of memory, read-only ...); said once until a write succeeds. */
  | { readonly type: 'redis_refuses_writes'; readonly reason: string }
