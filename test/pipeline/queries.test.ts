import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openEngines } from '../../src/pipeline/engines.ts'
import { consistentPairs } from '../../src/pipeline/queries/consistency.ts'
import { queryId, readQrels, readQueryRows } from '../../src/pipeline/query-set.ts'
import { DEMO_INDEX, DEMO_MODEL } from '../support/demo.ts'
import { startSegue } from '../support/run-command.ts'
import { jsonlFile, readRows, temporaryFolder } from '../support/temporary.ts'

const DEMO = ['demo/playlists.jsonl', '--curation', 'demo/curation.jsonl', '--splits', 'demo/splits.tsv']

it('makes a query set of the demo catalogue that stays in its split and under its shares', {
  timeout: 90_000,
}, async () => {
  const out = await temporaryFolder()
  const run = startSegue(['queries', ...DEMO, '--from', 'metadata', '--consistency', '0', '--out', out])
  const { code, output } = await run.ended
  expect(code, output).toBe(0)
  const queries = await readQueryRows(join(out, 'queries.jsonl'))
  const qrels = await readQrels(join(out, 'qrels.tsv'))
  expect([...qrels.keys()].toSorted()).toEqual([...queries.keys()].toSorted())
  for (const [id, { text }] of queries) expect(id).toBe(queryId(text))
  const { readSplits } = await import('../../src/pipeline/splits.ts')
  const splits = await readSplits('demo/splits.tsv')
  for (const judged of qrels.values()) for (const id of judged.keys()) expect(splits.get(id)).toBe('train')
  const [again, first] = [await temporaryFolder(), await readRows(join(out, 'queries.jsonl'))]
  await startSegue(['queries', ...DEMO, '--from', 'metadata', '--consistency', '0', '--out', again]).ended
  expect(await readRows(join(again, 'queries.jsonl'))).toEqual(first)
})

it('keeps a pair that the base model finds and drops one that it does not', async () => {
  const engines = await openEngines(DEMO_MODEL, DEMO_INDEX)
  try {
    const pair = (query: string) => ({
      query,
      id: 'epl-089a80d733',
      source: 'llm' as const,
      intent: 'x',
      weight: 1,
    })
    const kept = await consistentPairs(
      [pair('brill building pop of the early sixties'), pair('norwegian black metal')],
      20,
      { embedder: engines.embedder, retriever: engines.bundle.retriever },
      () => undefined,
    )
    expect(kept).toEqual([true, false])
  } finally {
    await engines.close()
  }
})

it('writes requests and no more where only those are wanted: a set without the answers would be half a set', async () => {
  const out = await temporaryFolder()
  const requests = join(out, 'requests.jsonl')
  const asking = ['--from', 'llm,metadata', '--batch-out', requests, '--llm', 'm', '--out', out]
  const { code, output } = await startSegue(['queries', ...DEMO, ...asking]).ended
  expect(code, output).toBe(0)
  expect((await readRows(requests)).length).toBeGreaterThan(1000)
  expect(existsSync(join(out, 'queries.jsonl'))).toBe(false)
})

it('says what is missing instead of a filter that does nothing', async () => {
  const run = startSegue(['queries', ...DEMO, '--out', await temporaryFolder()])
  const { code, output } = await run.ended
  expect(code).toBe(1)
  expect(output).toContain('The consistency filter needs a model and its index')
})

it('mines the log for pairs of its split, and keeps the queries that found nothing for the labeller', async () => {
  const log = await temporaryFolder()
  const at = '2026-11-26T10:00:00.000Z'
  const search = (searchId: string, query: string, hits: string[], user: string) => ({
    type: 'search',
    ...{
      searchId,
      at,
      query,
      filter: {},
      group: false,
      offset: 0,
      hits,
      topScore: hits.length > 0 ? 0.8 : null,
    },
    degraded: [],
    user: user.repeat(22),
  })
  const ids = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
  const train = 'epl-089a80d733'
  const dev = 'cpl-caeb6dde61'
  const records = [
    ...['a', 'b'].flatMap((user, n) => [
      search(ids(n), 'Teen pop of 1962', ['elsewhere', train, dev], user),
      { searchId: ids(n), at, type: 'click', playlistId: train, user: user.repeat(22) },
      { searchId: ids(n), at, type: 'click', playlistId: dev, user: user.repeat(22) },
    ]),
    ...Array.from({ length: 6 }, (_, n) => search(ids(100 + n), 'gamelan dub', [], n % 2 === 0 ? 'a' : 'b')),
  ]
  await jsonlFile(records, 'events.jsonl', log)
  const out = await temporaryFolder()
  const { code, output } = await startSegue([
    'queries',
    ...DEMO,
    '--from',
    'logs',
    '--logs',
    log,
    '--out',
    out,
  ]).ended
  expect(code, output).toBe(0)
  expect(output).toContain('"elsewhere":1')
  const qrels = await readQrels(join(out, 'qrels.tsv'))
  expect([...qrels].map(([id, judged]) => [id, [...judged.keys()]])).toEqual([
    [queryId('teen pop of 1962'), [train]],
  ])
  expect(await readRows(join(out, 'low-performing.jsonl'))).toMatchObject([
    { _id: queryId('gamelan dub'), text: 'gamelan dub', reasons: ['empty', 'no_click'] },
  ])
})
