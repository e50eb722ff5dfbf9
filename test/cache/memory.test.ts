import { afterEach, describe, expect, it, vi } from 'vitest'
import { openMemoryLayer } from '../../src/cache/memory.ts'

const later = (value: string) => ({ value, expires: Date.now() + 60_000 })

describe('openMemoryLayer', () => {
  afterEach(() => {
    vi.useRealTimers()
  })

  it('forgets the entry used longest ago when there are too many', () => {
    const memory = openMemoryLayer({ entries: 2, bytes: 1e6 })
    memory.set('a', later('1'))
    memory.set('b', later('2'))
    memory.get('a')
    memory.set('c', later('3'))
    expect([memory.get('a')?.value, memory.get('b')?.value, memory.get('c')?.value]).toEqual([
      '1',
      undefined,
      '3',
    ])
  })

  it('stays within its bytes whatever is put in', () => {
    const memory = openMemoryLayer({ entries: 10_000, bytes: 50_000 })
    for (let i = 0; i < 1000; i++) memory.set(`k${i}`, later('x'.repeat(i)))
    expect(memory.size().bytes).toBeLessThanOrEqual(50_000)
    expect(memory.size().entries).toBeGreaterThan(5)
    memory.set('huge', later('x'.repeat(50_000)))
    expect(memory.get('huge')).toBeUndefined()
    expect(memory.size().bytes).toBeLessThanOrEqual(50_000)
  })

  it('drops an entry when its time is over', () => {
    vi.useFakeTimers()
    const memory = openMemoryLayer({ entries: 10, bytes: 1e6 })
    memory.set('k', { value: 'v', expires: Date.now() + 1000 })
    vi.setSystemTime(Date.now() + 999)
    expect(memory.get('k')?.value).toBe('v')
    vi.setSystemTime(Date.now() + 1)
    expect(memory.get('k')).toBeUndefined()
    expect(memory.size().entries).toBe(0)
  })
})
