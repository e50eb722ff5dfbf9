import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { LogRecord } from '../../src/events/event.ts'
import { newReadReport, readLog } from '../../src/events/read.ts'
import { newSearchId } from '../../src/events/search-id.ts'
import { temporaryFolders } from '../support/folder.ts'

const newFolder = temporaryFolders()

const event = (playlistId: string): LogRecord => ({
  type: 'click',
  searchId: newSearchId(),
  playlistId,
  at: '2026-11-26T10:00:00.000Z',
})
const search = (query: string): LogRecord => ({
  type: 'search',
  searchId: newSearchId(),
  at: '2026-11-26T10:00:00.000Z',
  query,
  filter: { genres: ['folk'] },
  group: true,
  offset: 0,
  hits: ['a', 'b'],
  topScore: 0.7,
  degraded: [],
  user: 'AAAAAAAAAAAAAAAAAAAAAA',
})
const lines = (...records: LogRecord[]) => records.map((record) => `${JSON.stringify(record)}\n`).join('')

async function readAll(source: string) {
  const report = newReadReport()
  const records: LogRecord[] = []
  for await (const record of readLog(source, report)) records.push(record)
  return { records, report }
}

describe('readLog', () => {
  it('reads the files of a folder by name, packed ones too, and nothing else there', async () => {
    const folder = await newFolder()
    const [a, b, c] = [search('one'), event('two'), event('three')]
    await writeFile(join(folder, 'events-2026-11-27.jsonl'), lines(c))
    await writeFile(join(folder, 'events-2026-11-26.jsonl.gz'), gzipSync(lines(a, b)))
    await writeFile(join(folder, 'README.md'), 'not a log')
    expect(await readAll(folder)).toEqual({
      records: [a, b, c],
      report: { records: 3, bad: 0, unfinished: 0 },
    })
  })

  it('bears lines that are no records, and counts them', async () => {
    const file = join(await newFolder(), 'log.jsonl')
    const good = event('good')
    const bad = ['{', 'null', '[]', '"text"', '{"type":"click"}', JSON.stringify({ ...good, user: 'raw@id' })]
    await writeFile(file, `${lines(good)}${bad.join('\n')}\n\n${lines(good)}`)
    const { records, report } = await readAll(file)
    expect(records).toEqual([good, good])
    expect(report).toEqual({ records: 2, bad: 6, unfinished: 0 })
  })

  it('leaves out half a last line, wherever it was cut', async () => {
    const file = join(await newFolder(), 'log.jsonl')
    const [first, second] = [event('é first'.replaceAll(/[^a-z]/g, '')), search('naïve 🎧')]
    const whole = Buffer.from(lines(first, second))
    const firstBytes = Buffer.byteLength(lines(first))
    for (let cut = firstBytes + 1; cut < whole.length - 1; cut++) {
      await writeFile(file, whole.subarray(0, cut))
      const { records, report } = await readAll(file)
      expect(records, `cut at ${cut}`).toEqual([first])
      expect(report).toEqual({ records: 1, bad: 0, unfinished: 1 })
    }
    await writeFile(file, whole.subarray(0, whole.length - 1))
    expect((await readAll(file)).records).toEqual([first, second])
  })

  it('goes on with the next file after half a line', async () => {
    const folder = await newFolder()
    const [a, b] = [event('a'), event('b')]
    await writeFile(join(folder, '1.jsonl'), `${lines(a)}{"type":"cli`)
    await writeFile(join(folder, '2.jsonl'), lines(b))
    expect(await readAll(folder)).toEqual({ records: [a, b], report: { records: 2, bad: 0, unfinished: 1 } })
  })

  it('does not cut a query at U+2028, nor characters at the end of a chunk', async () => {
    const file = join(await newFolder(), 'log.jsonl')
    const records = Array.from({ length: 3000 }, (_, i) => search(`${'é🎧'.repeat(i % 50)}\u2028\u2029 q`))
    await writeFile(file, lines(...records))
    expect((await readAll(file)).records).toEqual(records)
  })

  it('says which source cannot be read', async () => {
    const missing = join(await newFolder(), 'nothing')
    await expect(readAll(missing)).rejects.toMatchObject({ code: 'invalid_input', field: missing })
  })
})
