import { LRUCache } from 'lru-cache'
import type { CacheEntry, CacheLayer } from './cache.ts'

export interface MemoryLayer extends CacheLayer {
  get(key: string): CacheEntry | undefined
  size(): { readonly entries: number; readonly bytes: number }
  delete(key: string): void
}

/** Map slot, list links, size and time of an entry; an estimate that keeps many tiny entries from being free. */
const OVERHEAD_BYTES = 200

/** The last used entries of this process, bounded in number and in bytes (two a UTF-16 unit: the upper bound). */
export function openMemoryLayer(limits: { readonly entries: number; readonly bytes: number }): MemoryLayer {
  const cache = new LRUCache<string, CacheEntry>({
    max: limits.entries,
    maxSize: limits.bytes,
    sizeCalculation: ({ value }, key) => 2 * (value.length + key.length) + OVERHEAD_BYTES,
  })
  return {
    get: (key) => {
      const entry = cache.get(key)
      if (!entry || entry.expires > Date.now()) return entry
      cache.delete(key)
      return undefined
    },
    set: (key, entry) => {
      cache.set(key, entry)
    },
    delete: (key) => {
      cache.delete(key)
    },
    size: () => ({ entries: cache.size, bytes: cache.calculatedSize }),
    close: async () => cache.clear(),
  }
}
