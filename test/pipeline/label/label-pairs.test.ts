import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { CandidatePair } from '../../../src/pipeline/candidates/pair.ts'
import type { LabelledPair } from '../../../src/pipeline/label/decide.ts'
import { labelPairs } from '../../../src/pipeline/label/label-pairs.ts'
import { llmOptions } from '../../../src/pipeline/llm/args.ts'
import { queryId, readQrels } from '../../../src/pipeline/query-set.ts'
import { playlist } from '../../support/curator.ts'
import { type OpenAiServer, startOpenAiServer } from '../../support/openai-server.ts'
import { jsonlFile, readRows, temporaryFolder } from '../../support/temporary.ts'

let server: OpenAiServer | undefined
afterEach(async () => {
  await server?.close()
  server = undefined
})

const pair = (
  id: string,
  source: CandidatePair['source'],
  score: number | null,
  known: number | null = 0.6,
) => ({
  query_id: queryId('sad songs'),
  query: 'sad songs',
  id,
  source,
  score,
  known_score: known,
})

/** A labeller that grades by what the title says: "grade 2" is a 2; a probe's title ends with the query. */
async function label(candidates: readonly CandidatePair[]) {
  const corpus = await jsonlFile(
    ['g0', 'g1', 'g2', 'g3'].map((id) => playlist(id, { title: `grade ${id[1]}` })),
  )
  server = await startOpenAiServer((call) => {
    const user = call.body.messages.at(-1)?.content ?? ''
    const { playlist: shown } = JSON.parse(user.split('\n')[1] ?? '') as { playlist: { title: string } }
    const grade = Number(/^grade (\d)/.exec(shown.title)?.[1])
    return {
      answer: JSON.stringify({ intent: 'x', match: grade, coverage: grade, reason: shown.title, grade }),
    }
  })
  const out = await temporaryFolder()
  const options = llmOptions({ live: true, endpoint: server.baseUrl, llm: 'm', retries: '0' })
  const result = await labelPairs([corpus], await jsonlFile(candidates), out, { ...options, margin: 0.95 })
  return { ...result, out, labels: await readRows<LabelledPair>(join(out, 'labels.jsonl')) }
}

describe('labelPairs', () => {
  it('sorts pairs into positives, hard negatives and dropped, with the reason and the model', async () => {
    const { labels, report, out } = await label([
      pair('g3', 'dense-top', 0.7),
      pair('g2', 'known', 0.6),
      pair('g1', 'bm25', 0.5),
      pair('g0', 'bm25', 0.4),
    ])
    expect(labels.map(({ decision }) => decision)).toEqual([
      'positive',
      'positive',
      'dropped',
      'hard_negative',
    ])
    expect(labels[0]).toMatchObject({ reason: 'grade 3', model: 'm-2026', prompt: 'label/1' })
    expect(report.known).toEqual({ confirmed: 1, of: 1 })
    const qrels = await readQrels(join(out, 'qrels.tsv'))
    expect(Object.fromEntries(qrels.get(queryId('sad songs')) ?? [])).toEqual({ g0: 0, g1: 1, g2: 2, g3: 3 })
  })

  it('shows a probe with the query in its title, keeps it out of the qrels and reports it', async () => {
    const { labels, report, out } = await label([pair('g0', 'probe', null), pair('g3', 'probe', null)])
    expect(labels[0]?.reason).toBe('grade 0 - sad songs')
    expect(labels.every(({ decision }) => decision === 'dropped')).toBe(true)
    expect(report.probes).toEqual({ caught: 1, of: 2 })
    expect((await readQrels(join(out, 'qrels.tsv'))).size).toBe(0)
  })

  it('measures a query without a known answer by the best that the labeller found', async () => {
    const { labels } = await label([pair('g3', 'dense-top', 0.5, null), pair('g0', 'bm25', 0.3, null)])
    expect(labels.map(({ decision }) => decision)).toEqual(['positive', 'hard_negative'])
  })

  it('refuses a pair whose playlist the corpus does not have, with its line', async () => {
    await expect(label([pair('g0', 'bm25', 0.1), pair('gone', 'bm25', 0.1)])).rejects.toThrow(
      /:2: the corpus has no playlist gone/,
    )
  })

  it('does not show the labeller what the curator wrote', async () => {
    await label([pair('g0', 'bm25', 0.1)])
    const user = server?.calls[0]?.body.messages.at(-1)?.content ?? ''
    const { playlist: shown } = JSON.parse(user.split('\n')[1] ?? '') as { playlist: object }
    expect(Object.keys(shown)).toEqual(['title', 'tracks'])
  })
})
