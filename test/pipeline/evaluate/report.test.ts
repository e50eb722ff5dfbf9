import { describe, expect, it } from 'vitest'
import { compareRuns } from '../../../src/pipeline/evaluate/compare.ts'
import { htmlReport, markdownReport } from '../../../src/pipeline/evaluate/report.ts'

const set = {
  name: 'set <1>',
  queries: Array.from({ length: 10 }, (_, index) => ({ _id: `q${index}`, text: 'x' })),
  qrels: new Map(Array.from({ length: 10 }, (_, index) => [`q${index}`, new Map([['a', 1]])])),
}
const found = new Map(set.queries.map(({ _id }, index) => [_id, index < 4 ? ['b', 'a'] : ['a']]))
const runs = new Map([
  ['BM25 | titles', new Map(set.queries.map(({ _id }) => [_id, ['b']]))],
  ['dense', found],
])
const evaluation = {
  format: 'segue-evaluation/1' as const,
  title: 'Search quality',
  about: 'A test & more',
  sets: [compareRuns(set, runs, { relevant: 1, baseline: 'BM25 | titles' })],
}

describe('markdownReport', () => {
  const text = markdownReport(evaluation)

  it('shows means with half intervals, and points without a per cent where the baseline is 0', () => {
    expect(text).toContain('10 queries; any grade above 0 is relevant.')
    expect(text).toMatch(/\| dense \| \.600 ±\.\d{3} \| 1\.000 ±\.000 \| 1\.000 ±\.000 /)
    expect(text).toMatch(/\| dense \| \+60\.0, p \.\d{3} \|/)
  })

  it('keeps a bar in a name from breaking the table', () => {
    expect(text).toContain('| BM25 \\| titles |')
  })
})

describe('htmlReport', () => {
  const html = htmlReport(evaluation)

  it('is one page that loads nothing, with a plot for each headline metric that a screen reader can read', () => {
    expect(html).not.toMatch(/<script|<link|https?:/)
    expect(html.match(/<svg /g)).toHaveLength(4)
    expect(html).toMatch(/aria-label="Recall@1: BM25 \| titles \.000 \(\.000 to \.000\); dense \.600 \(/)
  })

  it('escapes every text', () => {
    expect(html).toContain('set &lt;1&gt;')
    expect(html).toContain('A test &amp; more')
    expect(html).not.toContain('set <1>')
  })
})
