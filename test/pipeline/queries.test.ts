import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openEngines } from '../../src/pipeline/engines.ts'
import { consistentPairs } from '../../src/pipeline/queries/consistency.ts'
import { queryId, readQrels, readQueryRows } from '../../src/pipeline/query-set.ts'
import { startSegue } from '../support/run-command.ts'
import { readRows, temporaryFolder } from '../support/temporary.ts'

const DEMO = ['demo/playlists.jsonl', '--curation', 'demo/curation.jsonl', '--splits', 'demo/splits.tsv']

it('makes a query set of the demo catalogue that stays in its split and under its shares', async () => {
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
  const engines = await openEngines('models/all-minilm-l6-v2', 'index-data/demo')
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

it('says what is missing instead of a filter that does nothing', async () => {
  const run = startSegue(['queries', ...DEMO, '--out', await temporaryFolder()])
  const { code, output } = await run.ended
  expect(code).toBe(1)
  expect(output).toContain('The consistency filter needs a model and its index')
})
