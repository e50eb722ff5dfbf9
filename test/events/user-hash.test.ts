import { describe, expect, it } from 'vitest'
import { userHasher } from '../../src/events/user-hash.ts'

describe('userHasher', () => {
  it('is HMAC-SHA-256, the first 128 bits', () => {
    // printf %s alice | openssl dgst -sha256 -hmac 0123456789abcdef -binary | head -c 16 | base64
    expect(userHasher('0123456789abcdef')('alice')).toBe('_b-LHKzT1XjgYtDkEQQ1fQ')
  })

  it('keeps users apart and depends on the salt', () => {
    const hash = userHasher('a salt of one service')
    expect(hash('alice')).toBe(hash('alice'))
    expect(hash('alice')).not.toBe(hash('bob'))
    expect(hash('alice')).not.toBe(userHasher('a salt of another service')('alice'))
  })
})
