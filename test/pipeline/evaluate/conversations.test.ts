import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { conversationSet } from '../../../src/pipeline/evaluate/conversations.ts'
import { temporaryFolders } from '../../support/folder.ts'

const folder = temporaryFolders()
const track = (title: string) => ({ title, artists: ['Band'], album: 'Record' })

describe('conversationSet', () => {
  it('takes what was kept as relevant, what was refused and what others kept as not', async () => {
    const file = join(await folder(), 'conversations.jsonl')
    const rows = [
      {
        id: 'a',
        requests: ['pop please', `more ${'like this '.repeat(80)}`],
        liked: [track('1')],
        disliked: ['2', '3', '4'].map(track),
      },
      { id: 'b', requests: ['rap'], liked: [track('5')], disliked: [track('6')] },
      { id: 'c', requests: ['nothing found'], liked: [], disliked: [] },
    ]
    await writeFile(file, rows.map((row) => JSON.stringify(row)).join('\n'))
    const { set, kept, refused } = await conversationSet('human', file)
    expect([...kept, ...refused].map(({ id, title, tracks }) => [id, title, tracks.length])).toEqual([
      ['a', 'untitled', 1],
      ['b', 'untitled', 1],
      ['a.refused', 'untitled', 3],
    ])
    expect(set.qrels).toEqual(
      new Map([
        [
          'a',
          new Map([
            ['a', 1],
            ['a.refused', 0],
            ['b', 0],
          ]),
        ],
        [
          'b',
          new Map([
            ['b', 1],
            ['a', 0],
          ]),
        ],
      ]),
    )
    expect(set.queries[0]?.text).toMatch(/^pop please more like this .*\bthis$|like$/)
    expect(set.queries[0]?.text.length).toBeLessThanOrEqual(500)
  })
})
