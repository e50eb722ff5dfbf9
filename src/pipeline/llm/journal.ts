import { closeSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs'
import { type FileHandle, mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Static, Type } from 'typebox'
import { SegueError } from '../../domain/errors.ts'
import type { LlmAnswer, LlmUsage } from '../../llm/llm.ts'
import { reportBadRow, rowChecker } from '../jsonl.ts'

const Count = Type.Integer({ minimum: 0 })
/** One paid answer: a line of a journal. */
export const JournalEntry = Type.Object({
  customId: Type.String({ minLength: 1 }),
  content: Type.String(),
  model: Type.String(),
  usage: Type.Object({ promptTokens: Count, completionTokens: Count }),
  truncated: Type.Boolean(),
  at: Type.String(),
  /** The prompt's version, so that every answer says what it answers. */
  prompt: Type.String(),
})
export type JournalEntry = Static<typeof JournalEntry>

/**
 * Every answer that a model has given, on disk before anything is done with it. Append-only JSON Lines, one process
 * at a time; what a kill tore off at the end is cut away at the next open.
 */
export interface Journal {
  has(customId: string): boolean
  get(customId: string): Promise<JournalEntry | undefined>
  /** Resolves when the answer is on the disk (fdatasync); answers that come together share one. */
  append(answer: LlmAnswer, prompt: string): Promise<void>
  /** Tokens of all answers, those of earlier runs too. */
  readonly spent: LlmUsage
  readonly size: number
  close(): Promise<void>
}

/** @throws SegueError `invalid_input` when a line is broken, `unavailable` when another process holds the journal */
export async function openJournal(file: string): Promise<Journal> {
  await mkdir(dirname(file), { recursive: true })
  const unlock = lock(`${file}.lock`)
  const handle = await open(file, 'a+')
  /** Where each answer lies: the answers of a million playlists do not fit in memory. */
  const places = new Map<string, { offset: number; length: number }>()
  let promptTokens = 0
  let completionTokens = 0
  const remember = (entry: JournalEntry, offset: number, length: number) => {
    places.set(entry.customId, { offset, length })
    promptTokens += entry.usage.promptTokens
    completionTokens += entry.usage.completionTokens
  }
  let end = 0
  try {
    for await (const { entry, offset, length } of scan(handle, file)) {
      remember(entry, offset, length)
      end = offset + length
    }
    await handle.truncate(end)
  } catch (error) {
    await handle.close()
    unlock()
    throw error
  }

  let waiting: { entry: JournalEntry; bytes: Buffer; resolve: () => void; reject: (e: unknown) => void }[] =
    []
  let writing: Promise<void> = Promise.resolve()
  const flush = async () => {
    const batch = waiting
    waiting = []
    if (batch.length === 0) return
    try {
      await handle.appendFile(Buffer.concat(batch.map((item) => item.bytes)))
      await handle.datasync()
      for (const { entry, bytes, resolve } of batch) {
        remember(entry, end, bytes.length)
        end += bytes.length
        resolve()
      }
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }

  return {
    has: (customId) => places.has(customId),
    async get(customId) {
      const place = places.get(customId)
      if (!place) return undefined
      const { buffer } = await handle.read(Buffer.alloc(place.length), 0, place.length, place.offset)
      return JSON.parse(buffer.toString('utf8')) as JournalEntry
    },
    append(answer, prompt) {
      const entry: JournalEntry = { ...answer, prompt }
      const bytes = Buffer.from(`${JSON.stringify(entry)}\n`)
      return new Promise((resolve, reject) => {
        waiting.push({ entry, bytes, resolve, reject })
        writing = writing.then(flush)
      })
    },
    get spent() {
      return { promptTokens, completionTokens }
    },
    get size() {
      return places.size
    },
    async close() {
      await writing
      await handle.close()
      unlock()
    },
  }
}

/** The whole lines of a journal with their places in bytes; a last line without its newline is left out. */
async function* scan(handle: FileHandle, file: string) {
  const explain = rowChecker(JournalEntry)
  const chunk = Buffer.alloc(1024 * 1024)
  let rest = Buffer.alloc(0)
  let offset = 0
  let line = 0
  for (let position = 0; ; ) {
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, position)
    if (bytesRead === 0) return
    position += bytesRead
    rest = Buffer.concat([rest, chunk.subarray(0, bytesRead)])
    let start = 0
    for (let at = rest.indexOf(10, start); at >= 0; at = rest.indexOf(10, start)) {
      line++
      const length = at + 1 - start
      const entry = parse(rest.toString('utf8', start, at))
      const reason = entry === undefined ? 'not JSON' : explain(entry)
      if (reason !== null) reportBadRow({ file, line, reason }, {})
      yield { entry: entry as JournalEntry, offset, length }
      offset += length
      start = at + 1
    }
    rest = rest.subarray(start)
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Two processes on one journal would pay for every answer twice. A lock whose process is gone is taken over. */
function lock(file: string): () => void {
  for (let attempt = 0; ; attempt++) {
    try {
      const descriptor = openSync(file, 'wx')
      writeSync(descriptor, String(process.pid))
      closeSync(descriptor)
      return () => unlinkSync(file)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || attempt > 2) throw error
      const holder = Number(readFileSync(file, 'utf8'))
      if (holder > 0 && holder !== process.pid && alive(holder)) {
        throw new SegueError('unavailable', `Process ${holder} works on this journal: ${file}`, {
          field: file,
          expected: `one process at a time; if process ${holder} is not a segue command, delete the file`,
        })
      }
      unlinkSync(file)
    }
  }
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
