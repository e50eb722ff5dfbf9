import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../src/domain/random.ts'
import { answerable, compareRuns, scoreRun } from '../../../src/pipeline/evaluate/compare.ts'
import type { QuerySet } from '../../../src/pipeline/evaluate/query-set.ts'

const IDS = Array.from({ length: 20 }, (_, index) => `d${index}`)

/** Two hundred queries, each with one relevant document, in groups of four. */
function manyQueries(): QuerySet {
  const queries = Array.from({ length: 200 }, (_, index) => ({
    _id: `q${index}`,
    text: `query ${index}`,
    group: `g${Math.floor(index / 4)}`,
  }))
  const qrels = new Map(queries.map(({ _id }, index) => [_id, new Map([[IDS[index % 20] as string, 1]])]))
  return { name: 'many', queries, qrels }
}

/** A system that puts the right document first in a share of the queries, else nowhere. */
function lucky(set: QuerySet, share: number, seed: number) {
  const random = seededRandom(seed)
  return new Map(
    set.queries.map(({ _id }) => [
      _id,
      random() < share ? [...(set.qrels.get(_id)?.keys() ?? [])] : ['wrong'],
    ]),
  )
}

describe('compareRuns', () => {
  const set = manyQueries()
  const base = lucky(set, 0.4, 1)
  const result = compareRuns(
    set,
    new Map([
      ['base', base],
      ['better', lucky(set, 0.7, 2)],
      ['same', base],
    ]),
    { relevant: 2, baseline: 'base' },
  )
  const row = (system: string) => result.rows.find((each) => each.system === system)

  it('gives means with intervals that hold them, over groups', () => {
    expect(result).toMatchObject({ n: 200, groups: 50, unanswerable: 0, baseline: 'base' })
    for (const { metrics } of result.rows) {
      const { mean, low, high } = metrics['recall@1']
      expect(low).toBeLessThan(mean)
      expect(high).toBeGreaterThan(mean)
    }
  })

  it('says of a real gain that it is one, and of none that it is none', () => {
    const gain = row('better')?.against?.['recall@1']
    expect(gain?.absolute).toBeCloseTo(
      (row('better')?.metrics['recall@1'].mean ?? 0) - (row('base')?.metrics['recall@1'].mean ?? 0),
      12,
    )
    expect(gain?.pHolm).toBeLessThan(0.01)
    expect(gain?.pHolm).toBeGreaterThan(gain?.p ?? 1)
    expect(row('same')?.against?.['recall@1']).toEqual({ absolute: 0, relative: 0, p: 1, pHolm: 1 })
    expect(row('base')?.against).toBeNull()
  })

  it('takes the highest grade of a set where none reaches the threshold', () => {
    expect(result.relevant).toBe(1)
  })
})

describe('scoreRun', () => {
  const set: QuerySet = {
    name: 'small',
    queries: [
      { _id: 'q1', text: 'a' },
      { _id: 'q2', text: 'b' },
      { _id: 'none', text: 'c', intent: 'none' },
    ],
    qrels: new Map([
      ['q1', new Map([['d1', 3]])],
      ['q2', new Map([['d2', 2]])],
      ['none', new Map([['d1', 0]])],
    ]),
  }

  it('counts a query that the run does not have as 0 and leaves out what nothing answers', () => {
    expect(answerable(set).map(({ _id }) => _id)).toEqual(['q1', 'q2'])
    const scores = scoreRun(set, new Map([['q1', ['d1']]]), 2)
    expect(scores.map((score) => score['recall@10'])).toEqual([1, 0])
  })
})
