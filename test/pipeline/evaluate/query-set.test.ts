import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readQrels, readQuerySet, writeQuerySet } from '../../../src/pipeline/evaluate/query-set.ts'
import { temporaryFolders } from '../../support/folder.ts'

const folder = temporaryFolders()

describe('query sets', () => {
  it('are read back as they were written', async () => {
    const path = join(await folder(), 'set')
    const set = {
      name: 'set',
      queries: [
        { _id: 'q1', text: 'rain', intent: 'mood', group: 'p1' },
        { _id: 'q2', text: 'pizza delivery', intent: 'none' },
      ],
      qrels: new Map([
        [
          'q1',
          new Map([
            ['p1', 3],
            ['p2', 0],
          ]),
        ],
      ]),
    }
    await writeQuerySet(path, set)
    expect(await readQuerySet(path)).toEqual(set)
  })

  it('read the demo benchmark', async () => {
    const set = await readQuerySet('demo/eval/benchmark-dev')
    expect(set.queries).toHaveLength(130)
    expect(set.queries.filter(({ intent }) => intent === 'none')).toHaveLength(30)
    expect(set.qrels.size).toBeGreaterThan(100)
  })
})

describe('readQrels', () => {
  const qrels = async (text: string) => {
    const file = join(await folder(), 'qrels.tsv')
    await writeFile(file, text)
    return file
  }

  it('reads BEIR with a header, without one, and TREC with its four columns', async () => {
    const expected = new Map([['q1', new Map([['d1', 2]])]])
    for (const text of ['query-id\tcorpus-id\tscore\nq1\td1\t2\n', 'q1\td1\t2', 'q1 0 d1 2\n']) {
      expect(await readQrels(await qrels(text))).toEqual(expected)
    }
  })

  it.each([
    ['q1\td1\n', ':1: not a judgement'],
    ['q1\td1\t1.5\n', ':1: not a judgement'],
    ['q1\td1\t1\nq1\td1\t2\n', ':2: q1 and d1 were judged before'],
    ['q1\td1\t1\nq9\td1\t2\n', ':2: judges the query q9'],
  ])('refuses %j by line and reason', async (text, message) => {
    await expect(readQrels(await qrels(text), new Set(['q1']))).rejects.toThrow(message)
  })
})
