import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { createGunzip } from 'node:zlib'
import { Compile } from 'typebox/compile'
import { messageOf, SegueError } from '../domain/errors.ts'
import { EventRecord, type LogRecord, SearchRecord } from './event.ts'
import { readStream } from './read-stream.ts'

/** What a reading came across; filled while it goes on. */
export interface ReadReport {
  records: number
  /** Lines or entries that are no record. */
  bad: number
  /** Files that end in half a line, as a killed process leaves them. */
  unfinished: number
}

export const newReadReport = (): ReadReport => ({ records: 0, bad: 0, unfinished: 0 })

const searches = Compile(SearchRecord)
const events = Compile(EventRecord)

/**
 * The records of a behaviour log in the order in which they were written, one at a time in memory.
 *
 * @param source a JSONL file, a folder of them (.jsonl, .jsonl.gz; by name, which is by time), or a redis:// URL
 * @throws SegueError `invalid_input` when the source cannot be read
 */
export async function* readLog(source: string, report = newReadReport()): AsyncGenerator<LogRecord> {
  const texts = /^rediss?:\/\//.test(source) ? readStream(source) : readFiles(source, report)
  for await (const text of texts) {
    const record = parse(text)
    if (record) {
      report.records++
      yield record
    } else report.bad++
  }
}

function parse(text: string): LogRecord | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (searches.Check(value) || events.Check(value)) return value
  } catch {
    // No JSON: counted like any other line that is no record.
  }
  return undefined
}

async function* readFiles(path: string, report: ReadReport): AsyncGenerator<string> {
  try {
    for (const file of await filesOf(path)) yield* readFile(file, report)
  } catch (cause) {
    throw new SegueError('invalid_input', `The behaviour log ${path} cannot be read: ${messageOf(cause)}`, {
      field: path,
      expected: 'a .jsonl file, a folder of them, or a redis:// URL',
      cause,
    })
  }
}

async function filesOf(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [path]
  const names = (await readdir(path)).filter((name) => /\.jsonl(\.gz)?$/.test(basename(name)))
  return names.sort().map((name) => join(path, name))
}

/** Lines end at LF alone: readline would also cut at U+2028, which JSON lets stand in a query. */
async function* readFile(file: string, report: ReadReport): AsyncGenerator<string> {
  const raw = createReadStream(file)
  const bytes = file.endsWith('.gz') ? raw.pipe(createGunzip()) : raw
  raw.on('error', (error) => bytes.destroy(error))
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of bytes) {
    const lines = (rest + decoder.decode(chunk as Buffer, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    yield* lines.filter((line) => line.trim() !== '')
  }
  if (rest.trim() === '') return
  // Half a line was never acknowledged; a whole one that only lacks its LF is a file that someone edited.
  if (parse(rest)) yield rest
  else report.unfinished++
}
