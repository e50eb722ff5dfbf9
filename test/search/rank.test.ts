import { describe, expect, it } from 'vitest'
import type { Candidate } from '../../src/retrieval/retriever.ts'
import { fuse, rank } from '../../src/search/rank.ts'

const candidate = (id: string, scores: Partial<Candidate> = {}): Candidate => ({
  id,
  kind: 'community',
  dense: 0.5,
  lexical: 0.2,
  title: null,
  ...scores,
})
const order = (candidates: Candidate[], floor = 0) => rank(candidates, floor).map((hit) => hit.id)

describe('rank', () => {
  it('puts the very title before everything else', () => {
    expect(
      order([
        candidate('close', { dense: 1, lexical: 1 }),
        candidate('exact', { dense: 0.1, lexical: 0, title: 'exact' }),
      ]),
    ).toEqual(['exact', 'close'])
  })

  it('prefers the closer meaning among equal words, and more words among equal meaning', () => {
    expect(order([candidate('a', { dense: 0.4 }), candidate('b', { dense: 0.6 })])).toEqual(['b', 'a'])
    expect(order([candidate('a', { lexical: 0.1 }), candidate('b', { lexical: 0.9 })])).toEqual(['b', 'a'])
  })

  it('lifts a title that begins with the query', () => {
    expect(order([candidate('a'), candidate('b', { title: 'prefix' })])).toEqual(['b', 'a'])
  })

  it('has no answer when even the best is below the floor, and else keeps the tail', () => {
    const noise = candidate('noise', { dense: 0.05, lexical: 0 })
    expect(order([noise], 0.2)).toEqual([])
    expect(order([noise, candidate('hit')], 0.2)).toEqual(['hit', 'noise'])
  })

  it('does not hold words alone to the floor', () => {
    expect(order([candidate('text', { dense: null, lexical: 0.1 })], 0.2)).toEqual(['text'])
  })

  it('breaks ties by id, whatever the order in which candidates come', () => {
    expect(order([candidate('b'), candidate('a')])).toEqual(order([candidate('a'), candidate('b')]))
  })

  it('keeps scores within 0..1, with and without a vector', () => {
    const scores = [
      candidate('worst', { dense: -1, lexical: 0 }),
      candidate('best', { dense: 1, lexical: 1, title: 'prefix' }),
      candidate('text', { dense: null, lexical: 0.7 }),
    ].map((candidate) => fuse(candidate))
    for (const score of scores) expect(score >= 0 && score < 1).toBe(true)
    expect(fuse(candidate('text', { dense: null, lexical: 0.7 }))).toBeCloseTo(0.7)
  })
})
