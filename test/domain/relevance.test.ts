import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { METRICS, scoreRanking, trecOrder } from '../../src/domain/relevance.ts'

interface Case {
  readonly name: string
  readonly relevant: number
  readonly qrels: Record<string, Record<string, number>>
  readonly run: Record<string, Record<string, number>>
  readonly order: Record<string, string[]>
  readonly expected: Record<string, Record<string, number>>
}
const { cases } = JSON.parse(readFileSync(new URL('./fixtures/relevance.json', import.meta.url), 'utf8')) as {
  cases: Case[]
}

describe('metrics agree with trec_eval', () => {
  it.each(cases)('$name', ({ qrels, run, order, expected, relevant }) => {
    for (const [query, grades] of Object.entries(qrels)) {
      const scored = Object.entries(run[query] ?? {}).map(([id, score]) => ({ id, score }))
      const ranking = trecOrder(scored)
      expect(ranking).toEqual(order[query] ?? [])
      const scores = scoreRanking(ranking, new Map(Object.entries(grades)), relevant)
      for (const metric of METRICS) {
        expect(scores[metric], `${query} ${metric}`).toBeCloseTo(expected[query]?.[metric] ?? Number.NaN, 12)
      }
    }
  })

  it('holds queries of every shape', () => {
    const values = cases.flatMap(({ expected }) => Object.values(expected).map((scores) => scores['ndcg@10']))
    expect(values.length).toBeGreaterThan(55)
    expect(new Set(values).size).toBeGreaterThan(25)
  })
})
