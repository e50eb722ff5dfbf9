import { describe, expect, it } from 'vitest'
import { decodeEntry, encodeEntry } from '../../src/cache/envelope.ts'

describe('envelope', () => {
  it('gives back any value with its expiry', () => {
    for (const value of ['', 'a b c', '[1, 2]', 'naïve 🎧 \n\u0000', ' ']) {
      expect(decodeEntry('k', encodeEntry('k', { value, expires: 1_700_000_000_000.4 }))).toEqual({
        value,
        expires: 1_700_000_000_001,
      })
    }
  })

  it('does not take the value of one key for that of another', () => {
    const stored = encodeEntry('segue:a', { value: 'v', expires: 1 })
    expect(decodeEntry('segue:a', stored)?.value).toBe('v')
    for (const key of ['segue:b', 'segue:', 'segue:a v', ''])
      expect(decodeEntry(key, stored), key).toBeUndefined()
  })

  it('knows what it did not write', () => {
    const foreign = [
      '',
      'garbage',
      'segue1',
      'segue1 ',
      'segue1 12',
      'segue1 -5 x',
      'segue1 1e9 x',
      'segue2 12 x',
    ]
    for (const text of [...foreign, 'segue1  k x', `segue1 ${'9'.repeat(400)} k x`, '[1]']) {
      expect(decodeEntry('k', text), text).toBeUndefined()
    }
  })
})
