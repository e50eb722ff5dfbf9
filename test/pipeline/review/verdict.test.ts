import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import type { Curation } from '../../../src/domain/curation.ts'
import { applyVerdicts } from '../../../src/pipeline/review/apply.ts'
import { leastCertain, type ReviewItem } from '../../../src/pipeline/review/select.ts'
import { reviewTable } from '../../../src/pipeline/review/table.ts'
import { readVerdicts } from '../../../src/pipeline/review/verdict.ts'
import { playlist, soundAnswer } from '../../support/curator.ts'
import { jsonlFile, temporaryFolder } from '../../support/temporary.ts'

const curation = (id: string, change: Partial<Curation> = {}): Curation => ({
  ...(JSON.parse(soundAnswer(playlist(id))) as Curation),
  id,
  ...change,
})

describe('applyVerdicts', () => {
  const curations = ['a', 'b', 'c', 'd'].map((id) => curation(id))

  it('keeps what nobody judged, drops what was rejected, replaces what was edited', () => {
    const edited = curation('c', { description: 'By a person.' })
    const after = applyVerdicts(
      curations,
      new Map([
        ['b', { id: 'b', verdict: 'reject' as const }],
        ['c', { id: 'c', verdict: 'edit' as const, curation: edited, by: 'Ada', note: 'wrong decade' }],
        ['d', { id: 'd', verdict: 'accept' as const }],
      ]),
    )
    expect([...after.keys()].toSorted()).toEqual(['a', 'c', 'd'])
    expect(after.get('a')).toBe(curations[0])
    expect(after.get('c')).toMatchObject({
      description: 'By a person.',
      provenance: { model: 'review', notes: ['edited by Ada: wrong decade'] },
    })
    expect(after.get('d')?.provenance?.notes).toEqual(['accepted by a person'])
  })

  it('brings back an answer that had been set aside where a person accepts it', () => {
    const back = { id: 'z', verdict: 'accept' as const, curation: curation('z') }
    expect(applyVerdicts(curations, new Map([['z', back]])).get('z')).toMatchObject({ id: 'z' })
  })
})

describe('the review table', () => {
  const item = (id: string, change: Partial<Curation> = {}, title = 'Title'): ReviewItem => ({
    playlist: playlist(id, { title }),
    curation: curation(id, change),
    why: ['confidence 0.2'],
    risk: 1,
  })

  async function filled(
    items: readonly ReviewItem[],
    fill: (row: Record<string, string>) => Record<string, string>,
  ) {
    const rows = parse([...reviewTable(items)].join('\n'), { columns: true }) as Record<string, string>[]
    const names = Object.keys(rows[0] ?? {})
    const quote = (cell: string) => `"${cell.replaceAll('"', '""')}"`
    const lines = rows.map((row) => names.map((name) => quote(fill(row)[name] ?? '')).join(','))
    const path = join(await temporaryFolder(), 'review.csv')
    await writeFile(path, [names.join(','), ...lines].join('\r\n'))
    return path
  }

  it('comes back as it was where a person only says yes', async () => {
    const tricky = { description: 'He said "no", twice;\nand left.', artists: ['=Cmd', 'Simon & Garfunkel'] }
    const path = await filled([item('a', tricky), item('b')], (row) => ({ ...row, verdict: 'accept' }))
    const verdicts = await readVerdicts([path])
    expect(verdicts.get('a')?.curation).toEqual(curation('a', tricky))
    expect(verdicts.size).toBe(2)
  })

  it('takes edits, leaves out undecided rows, and names the line of a word that is no verdict', async () => {
    const path = await filled([item('a'), item('b')], (row) =>
      row.id === 'a' ? { ...row, verdict: 'Edit', genres: 'jazz; bebop' } : row,
    )
    const verdicts = await readVerdicts([path])
    expect([...verdicts.keys()]).toEqual(['a'])
    expect(verdicts.get('a')).toMatchObject({ verdict: 'edit', curation: { genres: ['jazz', 'bebop'] } })
    const bad = await filled([item('a'), item('b')], (row) => ({
      ...row,
      verdict: row.id === 'b' ? 'maybe' : '',
    }))
    await expect(readVerdicts([bad])).rejects.toThrow(`${bad}:3: "maybe" is no verdict`)
  })

  it('never begins a cell with what a spreadsheet would run', () => {
    const rows = parse(
      [...reviewTable([item('a', { description: '+1+1' }, '=HYPERLINK("x")')])].join('\n'),
    ) as string[][]
    for (const cell of rows.flat()) expect(cell).not.toMatch(/^[=+@-]/)
  })
})

describe('readVerdicts', () => {
  it('lets a later verdict replace an earlier one, and refuses an edit without its text', async () => {
    const path = await jsonlFile([
      { id: 'a', verdict: 'accept' },
      { id: 'a', verdict: 'reject' },
    ])
    expect((await readVerdicts([path])).get('a')?.verdict).toBe('reject')
    const bare = await jsonlFile([{ id: 'a', verdict: 'edit' }])
    await expect(readVerdicts([bare])).rejects.toThrow(`${bare}:1: an edit without the edited curation`)
    expect(await readFile(bare, 'utf8')).toContain('edit')
  })
})

describe('leastCertain', () => {
  const signal = (id: string, confidence: number, faithfulness: number | null, notes: string[] = []) => ({
    playlist: playlist(id),
    curation: curation(id, { confidence, provenance: { model: 'm', prompt: 'p', at: '', notes } }),
    faithfulness,
  })

  it('chooses the lowest by confidence or by faithfulness', () => {
    const signals = [
      ...Array.from({ length: 18 }, (_, i) => signal(`p${i}`, 0.9 + i / 1000, 0.5 + i / 1000)),
      signal('doubtful', 0.2, 0.9),
      signal('invented', 0.99, 0.05),
    ]
    expect(
      leastCertain(signals, 0.1)
        .map((item) => item.playlist.id)
        .toSorted(),
    ).toEqual(['doubtful', 'invented'])
  })

  it('puts what was nearly refused before its equals, and says why', () => {
    const signals = [...'abcdefgh'].map((id) => signal(id, 0.9, null, id === 'f' ? ['nearly'] : []))
    const [first] = leastCertain(signals, 0.1)
    expect(first?.playlist.id).toBe('f')
    expect(first?.why).toEqual(['nearly', 'confidence 0.9'])
  })
})
