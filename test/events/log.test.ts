import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { LogRecord } from '../../src/events/event.ts'
import type { SeenSearch } from '../../src/events/log.ts'
import { eventLogOn } from '../../src/events/log.ts'
import { openEventLog } from '../../src/events/open.ts'
import { readLog } from '../../src/events/read.ts'
import { newSearchId } from '../../src/events/search-id.ts'
import { temporaryFolders } from '../support/folder.ts'

const newFolder = temporaryFolders()
const salt = 'a salt for tests only'
const searchId = newSearchId()
const seen: SeenSearch = {
  searchId,
  query: 'rainy sunday indie folk',
  filter: { languages: ['en'] },
  group: false,
  offset: 0,
  hits: ['epl-1', 'cpl-2'],
  topScore: 0.61,
  degraded: [],
  user: 'alice@example.org',
}

async function recordsOf(folder: string): Promise<LogRecord[]> {
  const records: LogRecord[] = []
  for await (const record of readLog(folder)) records.push(record)
  return records
}

describe('the behaviour log', () => {
  it('is off by default: it writes nothing and refuses events', async () => {
    const log = await openEventLog({ kind: 'off' })
    log.recordSearch(seen)
    await expect(log.append([{ searchId, type: 'click', playlistId: 'epl-1' }])).rejects.toMatchObject({
      code: 'not_found',
      expected: expect.stringContaining('EVENTS='),
    })
    expect(log.enabled).toBe(false)
    expect(log.status().searchesBuffered).toBe(0)
    await log.close()
  })

  it('keeps searches and events so that they can be joined by searchId and by user', async () => {
    const folder = await newFolder()
    const log = await openEventLog({ kind: 'jsonl', folder, salt })
    log.recordSearch(seen)
    await log.append([
      { searchId, type: 'play', playlistId: 'epl-1', position: 1, seconds: 42, user: 'alice@example.org' },
      { searchId, type: 'skip', playlistId: 'cpl-2', at: '2026-11-26T10:00:00Z', user: 'bob' },
    ])
    await log.close()
    const records = await recordsOf(folder)
    const search = records.find((record) => record.type === 'search')
    const [play, skip] = records.filter((record) => record.type !== 'search')
    expect(search).toMatchObject({ searchId, query: seen.query, hits: seen.hits, topScore: 0.61 })
    expect(play).toMatchObject({ type: 'play', searchId, seconds: 42, position: 1, user: search?.user })
    expect(skip).toMatchObject({ at: '2026-11-26T10:00:00Z' })
    expect(skip?.user).not.toBe(play?.user)
    expect(log.status()).toMatchObject({ appended: 2, refused: 0, searchesWritten: 1, searchesDropped: 0 })
  })

  it('writes no user id, in no form that could be read back without the salt', async () => {
    const folder = await newFolder()
    const log = await openEventLog({ kind: 'jsonl', folder, salt })
    log.recordSearch(seen)
    await log.append([{ searchId, type: 'click', playlistId: 'epl-1', user: 'alice@example.org' }])
    await log.close()
    for (const name of await readdir(folder)) {
      const text = await readFile(join(folder, name), 'utf8')
      expect(text).toContain('"user":"')
      expect(text).not.toMatch(/alice|example\.org/)
      expect(text).not.toContain(salt)
    }
  })

  it('tells the operator once when writes begin to fail, and counts what it refused', async () => {
    const warnings: string[] = []
    let failing = true
    const sink = {
      write: async () => {
        if (failing) throw new Error('no space left on device')
      },
      close: async () => {},
    }
    const log = eventLogOn(sink, salt, (reason) => warnings.push(reason))
    const append = () => log.append([{ searchId, type: 'click', playlistId: 'epl-1' }])
    for (let i = 0; i < 3; i++) await expect(append()).rejects.toThrow()
    failing = false
    await append()
    failing = true
    await expect(append()).rejects.toThrow()
    expect(warnings).toEqual(Array(2).fill('The behaviour log cannot be written: no space left on device'))
    expect(log.status()).toMatchObject({ appended: 1, refused: 4 })
    await log.close()
  })
})
