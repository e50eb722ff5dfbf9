import { describe, expect, it } from 'vitest'
import { controlPairs } from '../../../src/pipeline/candidates/controls.ts'
import { proposePairs, type Query } from '../../../src/pipeline/candidates/propose.ts'
import { openTwins } from '../../../src/pipeline/candidates/twins.ts'
import type { Candidate, Retriever } from '../../../src/retrieval/retriever.ts'

/** Playlists d0, d1 ... by falling cosine to the query [1, 0]; w0 and w1 match its words. */
const cosines = new Map(Array.from({ length: 60 }, (_, i) => [`d${i}`, 0.9 - i / 100]))
cosines.set('w0', 0.01).set('w1', 0.02)

const retriever: Retriever = {
  async retrieve({ depth }) {
    const dense = [...cosines].sort((a, b) => b[1] - a[1]).slice(0, depth)
    const words = ['w0', 'w1'].map((id) => [id, cosines.get(id) ?? 0] as const)
    return [...dense, ...words].map(
      ([id, score]): Candidate => ({
        id,
        kind: 'community',
        dense: score,
        lexical: id === 'w0' ? 0.9 : id === 'w1' ? 0.5 : 0,
        title: null,
      }),
    )
  },
  async vector(id) {
    const score = cosines.get(id)
    return score === undefined ? null : new Float32Array([score, Math.sqrt(1 - score * score)])
  },
  close: () => undefined,
}

const query = (...known: string[]): Query => ({
  text: 'sad songs',
  vector: new Float32Array([1, 0]),
  known: new Set(known),
})
const QUOTAS = { top: 1, mid: 2, bm25: 1, second: 1 }
const NO_TWINS = () => false

describe('proposePairs', () => {
  it('takes the best that is not known, some of ranks 5 to 50 and the best by words, each once', async () => {
    const pairs = await proposePairs(query('d0'), QUOTAS, retriever, null, NO_TWINS)
    expect(pairs.slice(0, 2)).toMatchObject([
      { id: 'd1', source: 'dense-top', score: 0.89, known_score: expect.closeTo(0.9, 5) },
      { id: 'w0', source: 'bm25', score: 0.01 },
    ])
    const mid = pairs.filter(({ source }) => source === 'dense-mid')
    expect(mid).toHaveLength(2)
    for (const { score } of mid) expect(score).toBeLessThanOrEqual(0.86)
    expect(await proposePairs(query('d0'), QUOTAS, retriever, null, NO_TWINS)).toEqual(pairs)
  })

  it('leaves out near-twins of a known answer', async () => {
    const twins = openTwins(
      new Map([
        ['d0', 'c'],
        ['d1', 'c'],
        ['w0', 'c'],
      ]),
    )
    const ids = (await proposePairs(query('d0'), QUOTAS, retriever, null, twins)).map(({ id }) => id)
    expect(ids.slice(0, 2)).toEqual(['d2', 'w1'])
  })

  it('knows no known score where no answer is known', async () => {
    const [pair] = await proposePairs(query(), QUOTAS, retriever, null, NO_TWINS)
    expect(pair).toMatchObject({ id: 'd0', known_score: null })
  })

  it('scores what only the second endpoint found', async () => {
    const second = { rank: async () => ['d1', 'd59', 'elsewhere'] }
    const found = async (quota: number) =>
      (
        await proposePairs(
          query('d0'),
          { top: 1, mid: 0, bm25: 0, second: quota },
          retriever,
          second,
          NO_TWINS,
        )
      ).filter(({ source }) => source === 'second')
    expect(await found(2)).toMatchObject([
      { id: 'd59', score: expect.closeTo(0.31, 5) },
      { id: 'elsewhere', score: null },
    ])
  })
})

describe('controlPairs', () => {
  const strangers = Array.from({ length: 50 }, (_, i) => `s${i}`)

  it('mixes in a known answer and a stranger at the given rate', () => {
    const all = Array.from({ length: 2000 }, (_, i) =>
      controlPairs(`query ${i}`, new Set(['k']), 0.5, strangers, 0.1, () => false),
    ).flat()
    const share = (source: string) => all.filter((pair) => pair.source === source).length / 2000
    expect(share('known')).toBeGreaterThan(0.07)
    expect(share('known')).toBeLessThan(0.13)
    expect(share('probe')).toBeGreaterThan(0.07)
    expect(share('probe')).toBeLessThan(0.13)
  })

  it('never probes with a playlist that is known or related', () => {
    const odd = new Set(strangers.filter((_, i) => i % 2 === 1))
    for (let i = 0; i < 200; i++) {
      const pairs = controlPairs(`q${i}`, new Set(['s0']), null, strangers, 1, (id) => odd.has(id))
      const probe = pairs.find(({ source }) => source === 'probe')
      expect(probe?.id).not.toBe('s0')
      if (probe) expect(odd.has(probe.id)).toBe(false)
    }
  })
})
