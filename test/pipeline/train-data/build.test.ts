import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { writeQuerySet } from '../../../src/pipeline/queries/write.ts'
import { type QueryPair, queryId } from '../../../src/pipeline/query-set.ts'
import type { Split } from '../../../src/pipeline/splits.ts'
import { buildTrainData, type TrainInput } from '../../../src/pipeline/train-data/build.ts'
import { playlist } from '../../support/curator.ts'
import { jsonlFile, readRows, temporaryFolder } from '../../support/temporary.ts'

const known = (query: string, id: string): QueryPair => ({
  query,
  id,
  source: 'llm',
  intent: 'mood',
  weight: 1,
})

const labelled = (query: string, id: string, grade: number, decision: string, source = 'bm25') => ({
  query_id: queryId(query),
  query,
  id,
  source,
  score: 0.3,
  known_score: 0.5,
  grade,
  reason: 'r',
  decision,
  why: '',
  model: 'm',
  prompt: 'label/1',
  at: '',
})

async function build(
  pairs: readonly QueryPair[],
  labels: readonly unknown[],
  change: Partial<TrainInput> = {},
) {
  const ids = ['a', 'b', 'c', 'd', 'dev1']
  const sets = await temporaryFolder()
  await writeQuerySet(sets, pairs)
  const out = await temporaryFolder()
  const report = await buildTrainData(
    {
      corpus: [await jsonlFile(ids.map((id) => playlist(id)))],
      curations: new Map(),
      querySets: [sets],
      labels: [await jsonlFile(labels)],
      splits: new Map<string, Split>(ids.map((id) => [id, id === 'dev1' ? 'dev' : 'train'])),
      wanted: new Set<Split>(['train']),
      clusters: new Map(),
      heldOut: [],
      ...change,
    },
    out,
  )
  return {
    report,
    pairs: await readRows(join(out, 'pairs.jsonl')),
    documents: await readRows(join(out, 'documents.jsonl')),
  }
}

describe('buildTrainData', () => {
  it('joins query sets and labels by query', async () => {
    const { pairs, documents } = await build(
      [known('Sad Songs', 'a'), known('sad  songs', 'b')],
      [labelled('sad songs', 'c', 0, 'hard_negative'), labelled('sad songs', 'd', 1, 'dropped')],
    )
    expect(pairs).toEqual([
      { query: 'sad songs', positives: ['a', 'b'], negatives: ['c'], source: 'llm', ignored: ['d'] },
    ])
    expect(documents.map(({ id, split }) => [id, split])).toEqual(
      ['a', 'b', 'c', 'd'].map((id) => [id, 'train']),
    )
  })

  it('makes a positive of a labelled false negative, and drops a known answer that was graded 0', async () => {
    const { pairs } = await build(
      [known('q', 'a'), known('q', 'b')],
      [labelled('q', 'c', 3, 'positive'), labelled('q', 'b', 0, 'dropped', 'known')],
    )
    expect(pairs).toMatchObject([{ positives: ['a', 'c'], negatives: [], ignored: ['b'] }])
  })

  it('never makes near-twins of a positive its negatives', async () => {
    const clusters = new Map([
      ['a', 'a'],
      ['c', 'a'],
    ])
    const { pairs, report } = await build(
      [known('q', 'a')],
      [labelled('q', 'c', 0, 'hard_negative'), labelled('q', 'd', 0, 'hard_negative')],
      { clusters },
    )
    expect(pairs).toMatchObject([{ positives: ['a'], negatives: ['d'], ignored: ['c'] }])
    expect(report.left).toEqual({ 'negatives that are near-twins of a positive': 1 })
  })

  it('holds nothing of another split: neither documents, positives nor negatives', async () => {
    const { pairs, documents, report } = await build(
      [known('one', 'dev1'), known('two', 'a'), known('two', 'dev1')],
      [labelled('two', 'dev1', 0, 'hard_negative'), labelled('three', 'dev1', 2, 'positive')],
    )
    expect(JSON.stringify([pairs, documents])).not.toContain('dev1')
    expect(pairs).toHaveLength(1)
    expect(report.left['queries without a positive in the split']).toBe(2)
  })

  it('leaves out queries that an evaluation set asks, in any spelling', async () => {
    const heldOut = [await jsonlFile([{ _id: 'x', text: 'SAD songs' }])]
    const { pairs } = await build([known('sad songs', 'a'), known('happy songs', 'b')], [], { heldOut })
    expect(pairs.map(({ query }) => query)).toEqual(['happy songs'])
  })

  it('ignores probes: their title was forged', async () => {
    const { pairs } = await build([known('q', 'a')], [labelled('q', 'b', 3, 'positive', 'probe')])
    expect(pairs).toMatchObject([{ positives: ['a'] }])
  })

  it('refuses judgements of a query that the set does not have', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'queries.jsonl'), '')
    await writeFile(join(folder, 'qrels.tsv'), 'query-id\tcorpus-id\tscore\nq-1\ta\t1\n')
    await expect(build([], [], { querySets: [folder] })).rejects.toThrow(
      'judges q-1, which queries.jsonl lacks',
    )
  })
})
