import { execFile } from 'node:child_process'
import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { EventRecord } from '../../src/events/event.ts'
import { type JsonlSinkOptions, openJsonlSink } from '../../src/events/jsonl-sink.ts'
import { newReadReport, readLog } from '../../src/events/read.ts'
import { newSearchId } from '../../src/events/search-id.ts'
import { temporaryFolders } from '../support/folder.ts'

const newFolder = temporaryFolders()

const click = (playlistId: string): EventRecord => ({
  type: 'click',
  searchId: newSearchId(),
  playlistId,
  at: '2026-11-26T10:00:00.000Z',
})

async function ids(folder: string): Promise<string[]> {
  const found: string[] = []
  for await (const record of readLog(folder)) if (record.type !== 'search') found.push(record.playlistId)
  return found
}

const open = (folder: string, more: Partial<JsonlSinkOptions> = {}) => openJsonlSink({ folder, ...more })

describe('openJsonlSink', () => {
  it('has the lines in the file when the write resolves', async () => {
    const folder = await newFolder()
    const sink = await open(folder)
    await sink.write([click('a'), click('b')], { durable: true })
    const [name] = await readdir(folder)
    expect(name).toMatch(/^events-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z-[0-9a-f]{8}\.jsonl$/)
    expect((await readFile(join(folder, name ?? ''), 'utf8')).trimEnd().split('\n')).toHaveLength(2)
    await sink.close()
  })

  it('keeps the order of concurrent writes, durable or not', async () => {
    const folder = await newFolder()
    const sink = await open(folder)
    await Promise.all(
      Array.from({ length: 300 }, (_, i) => sink.write([click(`p${i}`)], { durable: i % 2 === 0 })),
    )
    expect(await ids(folder)).toEqual(Array.from({ length: 300 }, (_, i) => `p${i}`))
    await sink.close()
  })

  it('begins a new file by size and at midnight, and loses nothing between them', async () => {
    const folder = await newFolder()
    let now = new Date('2026-11-26T23:59:58.000Z')
    const sink = await open(folder, { maxFileBytes: 500, now: () => now })
    for (let i = 0; i < 20; i++) {
      now = new Date(now.getTime() + 1)
      await sink.write([click(`p${i}`)], { durable: true })
    }
    const sizes = await Promise.all(
      (await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size),
    )
    expect(sizes.length).toBeGreaterThan(3)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(500)
    now = new Date('2026-11-27T00:00:00.000Z')
    await sink.write([click('next-day')], { durable: true })
    const names = (await readdir(folder)).sort()
    expect(names.at(-1)).toContain('2026-11-27')
    await sink.close()
    expect(await ids(folder)).toEqual([...Array.from({ length: 20 }, (_, i) => `p${i}`), 'next-day'])
  })

  it('lets several processes write to one folder', async () => {
    const folder = await newFolder()
    const now = () => new Date('2026-11-26T10:00:00.000Z')
    const sinks = await Promise.all([open(folder, { now }), open(folder, { now }), open(folder, { now })])
    await Promise.all(sinks.map((sink, i) => sink.write([click(`p${i}`)], { durable: true })))
    expect((await ids(folder)).sort()).toEqual(['p0', 'p1', 'p2'])
    await Promise.all(sinks.map((sink) => sink.close()))
  })

  it('refuses while the folder is gone and writes again when it is back', async () => {
    const folder = join(await newFolder(), 'log')
    const sink = await open(folder)
    await rm(folder, { recursive: true })
    await expect(sink.write([click('a')], { durable: true })).rejects.toMatchObject({
      code: 'unavailable',
      retryAfter: 5,
    })
    await mkdir(folder)
    await sink.write([click('b')], { durable: true })
    expect(await ids(folder)).toEqual(['b'])
    await sink.close()
  })

  it('refuses what would fill the memory while the disk is slow', async () => {
    const sink = await open(await newFolder())
    const big = click('x'.repeat(6 * 1024 * 1024))
    const ends = await Promise.allSettled([1, 2, 3].map(() => sink.write([big], { durable: false })))
    expect(ends.map((end) => end.status)).toEqual(['fulfilled', 'fulfilled', 'rejected'])
    expect(ends[2]).toMatchObject({ reason: { code: 'overloaded' } })
    await sink.close()
  })

  it('goes on in a new file after half a line was written', async () => {
    // A limit on the size of files makes a write end halfway, as a full disk does; a process of its own bears it.
    const folder = await newFolder()
    const script = `
      import { openJsonlSink } from './src/events/jsonl-sink.ts'
      const sink = await openJsonlSink({ folder: process.argv[1] })
      const click = (playlistId) => ({ type: 'click', searchId: '${newSearchId()}', playlistId, at: '2026-11-26T10:00:00Z' })
      const ends = []
      for (const size of [10, 20000, 11]) {
        ends.push(await sink.write([click('x'.repeat(100)), ...Array(size).fill(click('y'))].slice(0, size), { durable: true })
          .then(() => 'written', (error) => error.code))
      }
      console.log(JSON.stringify(ends))`
    const node = `exec "$0" --import tsx --input-type=module -e "$1" "$2"`
    const { stdout } = await promisify(execFile)('bash', [
      '-c',
      `ulimit -f 64; trap '' XFSZ; ${node}`,
      process.execPath,
      script,
      folder,
    ])
    expect(JSON.parse(stdout)).toEqual(['written', 'unavailable', 'written'])
    const report = newReadReport()
    let last = 0
    for await (const _ of readLog(folder, report)) last++
    expect(report).toEqual({ records: last, bad: 0, unfinished: 1 })
    expect(last).toBeGreaterThanOrEqual(21)
  })

  it('refuses a folder that it cannot write to, by name', async () => {
    const file = join(await newFolder(), 'file')
    await writeFile(file, '')
    await expect(open(join(file, 'below'))).rejects.toMatchObject({
      code: 'invalid_config',
      message: expect.stringContaining(file),
    })
    if (process.getuid?.() === 0) return
    const locked = await newFolder()
    await chmod(locked, 0o500)
    await expect(open(locked)).rejects.toMatchObject({ code: 'invalid_config' })
  })
})
