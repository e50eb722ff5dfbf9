import { describe, expect, it } from 'vitest'
import { leavesIn, lengthBuckets, NO_BATCHING } from '../../src/embedding/batcher.ts'

describe('when a batch leaves', () => {
  const policy = { max: 4, waitMs: 2 }

  it('never leaves empty', () => {
    expect(leavesIn(policy, 0, 0, true)).toBe(Infinity)
    expect(leavesIn(NO_BATCHING, 0, 0, false)).toBe(Infinity)
  })

  it('leaves at once when the device is idle: waiting would only cost', () => {
    expect(leavesIn(policy, 1, 0, false)).toBe(0)
  })

  it('waits for company while another batch runs, but no longer than allowed', () => {
    expect(leavesIn(policy, 1, 0, true)).toBe(2)
    expect(leavesIn(policy, 3, 1.5, true)).toBe(0.5)
    expect(leavesIn(policy, 3, 7, true)).toBe(0)
  })

  it('leaves when it is full', () => {
    expect(leavesIn(policy, 4, 0, true)).toBe(0)
    expect(leavesIn(policy, 40, 0, true)).toBe(0)
  })

  it('never waits without batching', () => {
    expect(leavesIn(NO_BATCHING, 1, 0, true)).toBe(0)
  })
})

describe('length buckets', () => {
  it('hold each sequence once, in groups whose padding at most doubles the work', () => {
    const lengths = Array.from({ length: 500 }, (_, index) => 2 + ((index * 37) % 127))
    const groups = lengthBuckets(lengths)
    expect(groups.flat().sort((a, b) => a - b)).toEqual(lengths.map((_, index) => index))
    for (const group of groups) {
      const members = group.map((index) => lengths[index] as number)
      const longest = Math.max(...members)
      if (longest > 16) for (const length of members) expect(longest).toBeLessThan(2 * length)
    }
  })

  it('put all short sequences together', () => {
    expect(lengthBuckets([2, 16, 3, 9])).toEqual([[0, 1, 2, 3]])
  })

  it('draw the line at powers of two, short groups first', () => {
    expect(lengthBuckets([128, 17, 32, 33, 16, 65])).toEqual([[4], [1, 2], [3], [0, 5]])
  })
})
