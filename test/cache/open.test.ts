import { describe, expect, it } from 'vitest'
import { type CacheOptions, openCache } from '../../src/cache/open.ts'

const inMemory = (more: Partial<CacheOptions> = {}) =>
  openCache({ ttlSeconds: 60, ttlJitter: 0.1, memoryEntries: 100, memoryBytes: 1e6, ...more })

const text = (value: string) => value

describe('openCache without Redis', () => {
  it('keeps strings in the process and says so', async () => {
    const cache = await inMemory()
    cache.set('k', 'v')
    expect(await cache.get('k', text)).toBe('v')
    expect(await cache.get('other', text)).toBeUndefined()
    expect(cache.status()).toMatchObject({
      layers: ['memory'],
      redisUp: null,
      entries: 1,
      counts: { memoryHits: 1, misses: 1 },
    })
    await cache.close()
  })

  it('keeps the empty string, and any decoded value but undefined', async () => {
    const cache = await inMemory()
    cache.set('k', '')
    expect(await cache.get('k', text)).toBe('')
    expect(await cache.get('k', () => null)).toBeNull()
    expect(await cache.get('k', () => 0)).toBe(0)
  })

  it('forgets a value that the caller cannot read', async () => {
    const cache = await inMemory()
    for (const decode of [() => undefined, () => JSON.parse('{')]) {
      cache.set('k', 'v')
      expect(await cache.get('k', decode)).toBeUndefined()
      expect(await cache.get('k', text)).toBeUndefined()
    }
    expect(cache.status().counts).toMatchObject({ invalid: 2, misses: 4 })
  })

  it('forgets after the time to live, less the jitter drawn for the entry', async () => {
    const cache = await inMemory({ ttlSeconds: 1, ttlJitter: 1, random: () => 1 })
    cache.set('k', 'v')
    expect(await cache.get('k', text)).toBeUndefined()
  })

  it('is an empty cache without layers', async () => {
    const cache = await inMemory({ memoryEntries: 0 })
    cache.set('k', 'v')
    expect(await cache.get('k', text)).toBeUndefined()
    expect(cache.status()).toMatchObject({ layers: [], entries: 0, bytes: 0 })
  })
})
