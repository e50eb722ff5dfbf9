import { describe, expect, it } from 'vitest'
import { openRetrying, retryAfterMs } from '../../src/llm/retry.ts'

describe('retryAfterMs', () => {
  const now = Date.parse('2026-01-01T00:00:00Z')
  it.each([
    ['2', 2000],
    ['0.5', 500],
    ['-1', 0],
    ['Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
    ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
    ['soon', undefined],
    ['', undefined],
    [null, undefined],
  ])('reads %j', (header, expected) => {
    expect(retryAfterMs(header, now)).toBe(expected)
  })
})

describe('openRetrying', () => {
  it('tries as often as it may, and throws the last error', async () => {
    let tries = 0
    const call = async () => {
      throw new Error(`try ${++tries}`)
    }
    await expect(openRetrying(3, 1).run(call, () => ({ retry: true }))).rejects.toThrow('try 4')
  })

  it('does not wait longer than a run can last: it gives the error back', async () => {
    const started = Date.now()
    const call = () => Promise.reject(new Error('tomorrow'))
    const judge = () => ({ retry: true, afterMs: 86_400_000, everyone: true }) as const
    await expect(openRetrying(3, 1).run(call, judge)).rejects.toThrow('tomorrow')
    expect(Date.now() - started).toBeLessThan(5000)
  })

  it('stops waiting when it is aborted', async () => {
    const stop = new AbortController()
    const judge = () => ({ retry: true, afterMs: 60_000 }) as const
    const run = openRetrying(3, 1).run(() => Promise.reject(new Error('busy')), judge, stop.signal)
    setTimeout(() => stop.abort(), 20)
    await expect(run).rejects.toThrow()
  })
})
