import { describe, expect, it } from 'vitest'
import { DeadlineError, within } from '../../src/redis/deadline.ts'

describe('within', () => {
  it('gives the result, or the error, of work that ends in time', async () => {
    expect(await within(Promise.resolve(3), 1000)).toBe(3)
    await expect(within(Promise.reject(new Error('no')), 1000)).rejects.toThrow('no')
  })

  it('throws for work that is late, and takes its later failure without a word', async () => {
    let fail: (error: Error) => void = () => {}
    const work = new Promise<void>((_, reject) => {
      fail = reject
    })
    await expect(within(work, 5)).rejects.toThrow(DeadlineError)
    fail(new Error('much later'))
    // An unhandled rejection would fail the test run.
    await new Promise((resolve) => setTimeout(resolve, 20))
  })

  it('does not blame the work for an event loop that was busy', async () => {
    // Ready before the deadline, but the loop gets to it only after the timer is due.
    const work = new Promise<string>((resolve) => setImmediate(() => resolve('there all along')))
    const answer = within(work, 5)
    const busyUntil = performance.now() + 30
    while (performance.now() < busyUntil);
    expect(await answer).toBe('there all along')
  })
})
