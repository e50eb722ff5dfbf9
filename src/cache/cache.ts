/** Strings by key, for a while. A cache may forget at any time and never throws: a broken cache is a miss. */
export interface Cache {
  /** @param valid a stored value that fails this test counts as a miss and is overwritten by the next set() */
  get(key: string, valid: (value: string) => boolean): Promise<string | undefined>
  set(key: string, value: string): Promise<void>
  status(): CacheStatus
  close(): Promise<void>
}

export interface CacheStatus {
  readonly layers: readonly ('memory' | 'redis')[]
  /** Whether Redis answers; null when none is configured. */
  readonly redisUp: boolean | null
}
