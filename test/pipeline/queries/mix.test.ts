import { describe, expect, it } from 'vitest'
import { mixPairs } from '../../../src/pipeline/queries/mix.ts'
import type { QueryPair, Source } from '../../../src/pipeline/query-set.ts'

const pairs = (source: Source, count: number, query = (i: number) => `${source} query ${i}`): QueryPair[] =>
  Array.from({ length: count }, (_, i) => ({ query: query(i), id: `p${i}`, source, intent: 'x', weight: 1 }))

const NO_TITLES = new Map<string, string>()
const count = (mixed: readonly QueryPair[], source: Source) =>
  mixed.filter((pair) => pair.source === source).length

describe('mixPairs', () => {
  it('keeps a pair once, from the source that says most', () => {
    const same = (source: Source) => pairs(source, 1, () => (source === 'llm' ? 'Rainy  Day' : 'rainy day'))
    const { pairs: mixed, report } = mixPairs([...same('metadata'), ...same('llm')], NO_TITLES, {}, 1)
    expect(mixed.map(({ source }) => source)).toEqual(['llm'])
    expect(report.repeated).toBe(1)
  })

  it('thins a source above its share and no other', () => {
    const given = [...pairs('llm', 300), ...pairs('metadata', 1000), ...pairs('logs', 10)]
    const { pairs: mixed } = mixPairs(given, NO_TITLES, { metadata: 0.4, logs: 0.5 }, 1)
    expect([count(mixed, 'llm'), count(mixed, 'logs')]).toEqual([300, 10])
    expect(count(mixed, 'metadata') / mixed.length).toBeLessThanOrEqual(0.4)
    expect(count(mixed, 'metadata')).toBeGreaterThan(200)
  })

  it('keeps a source that is alone whole', () => {
    expect(mixPairs(pairs('metadata', 50), NO_TITLES, { metadata: 0.1 }, 1).pairs).toHaveLength(50)
  })

  it('lets at most the given share of all pairs hold the exact title', () => {
    const titles = new Map(Array.from({ length: 100 }, (_, i) => [`p${i}`, `Great List ${i}`]))
    const titled = pairs('metadata', 100, (i) => `the great-list ${i}!`)
    const { pairs: mixed, report } = mixPairs([...titled, ...pairs('llm', 100)], titles, {}, 0.25)
    expect(count(mixed, 'llm')).toBe(100)
    expect(count(mixed, 'metadata')).toBe(33)
    expect(report.thinnedByTitle).toBe(67)
  })

  it('chooses the same pairs in any order', () => {
    const given = [...pairs('llm', 100), ...pairs('metadata', 200)]
    const keys = (list: readonly QueryPair[]) => list.map(({ query }) => query).toSorted()
    const one = mixPairs(given, NO_TITLES, { metadata: 0.3 }, 1).pairs
    const other = mixPairs([...given].reverse(), NO_TITLES, { metadata: 0.3 }, 1).pairs
    expect(keys(other)).toEqual(keys(one))
  })
})
