import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { knownItemSet } from '../../../src/pipeline/evaluate/known-item.ts'
import { readSplits } from '../../../src/pipeline/splits.ts'
import { temporaryFolders } from '../../support/folder.ts'

const folder = temporaryFolders()

describe('knownItemSet', () => {
  it('takes the queries of one split, each with the one playlist it was written for', async () => {
    const file = join(await folder(), 'queries.jsonl')
    await writeFile(
      file,
      [
        '{"id":"p1","queries":[["mood","sad"],["genre","folk"]]}',
        '{"id":"p2","queries":[["mood","Sad"]]}',
        '{"id":"p3","queries":[["mood","train only"]]}',
      ].join('\n'),
    )
    const splits = new Map([
      ['p1', 'dev'],
      ['p2', 'dev'],
      ['p3', 'train'],
    ] as const)
    const set = await knownItemSet('known', [file], splits, 'dev')
    expect(set.queries.map(({ text, intent, group }) => [text, intent, group])).toEqual([
      ['sad', 'mood', 'p1'],
      ['folk', 'genre', 'p1'],
      ['Sad', 'mood', 'p2'],
    ])
    expect(set.queries.map(({ _id }) => [...(set.qrels.get(_id) ?? [])])).toEqual([
      [['p1', 1]],
      [['p1', 1]],
      [['p2', 1]],
    ])
  })

  it('finds the dev queries of the demo catalogue', async () => {
    const set = await knownItemSet(
      'dev',
      ['demo/queries-llm.jsonl'],
      await readSplits('demo/splits.tsv'),
      'dev',
    )
    expect(set.queries).toHaveLength(822)
    expect(new Set(set.queries.map(({ _id }) => _id)).size).toBe(822)
  })
})
