import { describe, expect, it } from 'vitest'
import { decide } from '../../../src/pipeline/label/decide.ts'

const by = (source: 'bm25' | 'probe', score: number | null, grade: number, positive: number | null) =>
  decide({ source, score }, grade, positive, 0.95)

describe('decide', () => {
  it('makes positives of 2 and 3, whatever the score', () => {
    expect(by('bm25', 0.9, 2, 0.5).decision).toBe('positive')
    expect(by('bm25', null, 3, null).decision).toBe('positive')
  })

  it('makes a hard negative of 0 only below 95 % of the score of the positive', () => {
    expect(by('bm25', 0.37, 0, 0.4).decision).toBe('hard_negative')
    expect(by('bm25', 0.38, 0, 0.4)).toEqual({ decision: 'dropped', why: 'too near to the positive' })
    expect(by('bm25', 0.5, 0, 0.4).decision).toBe('dropped')
  })

  it('takes the score itself as threshold where it is below zero', () => {
    expect(by('bm25', -0.1, 0, -0.05).decision).toBe('hard_negative')
    expect(by('bm25', -0.04, 0, -0.05).decision).toBe('dropped')
  })

  it.each([
    ['a 1', by('bm25', 0.1, 1, 0.4)],
    ['a probe', by('probe', 0.1, 0, 0.4)],
    ['a fooled probe', by('probe', 0.1, 3, 0.4)],
    ['a 0 without a known answer', by('bm25', 0.1, 0, null)],
    ['a 0 outside the index', by('bm25', null, 0, 0.4)],
  ])('drops %s and says why', (_, { decision, why }) => {
    expect(decision).toBe('dropped')
    expect(why).not.toBe('')
  })
})
