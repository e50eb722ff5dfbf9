import { describe, expect, it } from 'vitest'
import { cacheKey, type KeyParts } from '../../src/cache/key.ts'

const base: KeyParts = {
  model: 'm1',
  index: 'i1',
  ranking: 'ranking/1/100',
  query: 'rainy sunday indie folk',
  filter: { kind: 'editorial', languages: ['en', 'fr'], minFollowers: 10 },
}
const key = (change: Partial<KeyParts> = {}) => cacheKey({ ...base, ...change })

describe('cacheKey', () => {
  it('changes with everything that changes the answer', () => {
    const keys = [
      key(),
      key({ model: 'm2' }),
      key({ index: 'i2' }),
      key({ ranking: 'ranking/1/200' }),
      key({ query: 'rainy sunday indie' }),
      key({ filter: {} }),
      key({ filter: { ...base.filter, kind: 'community' } }),
      key({ filter: { ...base.filter, minFollowers: 11 } }),
      key({ filter: { ...base.filter, languages: ['en'] } }),
      key({ filter: { ...base.filter, genres: ['en', 'fr'] } }),
    ]
    expect(new Set(keys).size).toBe(keys.length)
  })

  it('is one for filters that keep the same playlists', () => {
    const same = [
      { languages: ['fr', 'EN'], minFollowers: 10, kind: 'editorial' as const },
      { minFollowers: 10, kind: 'editorial' as const, languages: ['en', 'fr', 'En', 'fr'] },
    ]
    for (const filter of same) expect(key({ filter })).toBe(key())
  })

  it('keeps owners apart by case, as the catalogue does', () => {
    expect(key({ filter: { owners: ['Ana'] } })).not.toBe(key({ filter: { owners: ['ana'] } }))
  })

  it('does not run one part into the next', () => {
    expect(key({ model: 'a', index: 'bc' })).not.toBe(key({ model: 'ab', index: 'c' }))
    expect(key({ filter: { genres: ['a', 'b'] } })).not.toBe(key({ filter: { genres: ['a,b'] } }))
  })

  it('is short and holds nothing that was typed', () => {
    const typed = key({ query: 'songs for anna' })
    expect(typed).toMatch(/^segue:[A-Za-z0-9_-]{22}$/)
    expect(typed).not.toContain('anna')
  })
})
