import { describe, expect, it } from 'vitest'
import { newSearchId } from '../../src/events/search-id.ts'

describe('newSearchId', () => {
  it('is a UUID of version 7 that holds its time', () => {
    // RFC 9562, appendix A.6: 2022-02-22T19:22:22.000Z is 017F22E2-79B0-7...
    expect(newSearchId(0x017f22e279b0)).toMatch(/^017f22e2-79b0-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })

  it('sorts by time and never repeats', () => {
    const ids = Array.from({ length: 1000 }, (_, i) => newSearchId(1_700_000_000_000 + i))
    expect([...ids].sort()).toEqual(ids)
    expect(new Set(Array.from({ length: 10_000 }, () => newSearchId(1))).size).toBe(10_000)
  })
})
