import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { access, type FileHandle, mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf, SegueError } from '../domain/errors.ts'
import { within } from '../redis/deadline.ts'
import { notWritten, type Sink } from './sink.ts'

export interface JsonlSinkOptions {
  readonly folder: string
  /** A file is closed and the next one begun when it is as big, and at midnight (UTC). */
  readonly maxFileBytes?: number
  /** Whether an acknowledged batch was fsynced: it then outlives a power cut, not the process alone. */
  readonly fsync?: boolean
  /** Milliseconds after which a batch that is not written is refused. */
  readonly timeoutMs?: number
  readonly now?: () => Date
}

interface Waiting {
  readonly bytes: Buffer
  readonly durable: boolean
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** Bytes that may wait for a disk that is slow. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024

/**
 * JSON Lines in a folder. Each process writes files of its own, named by the time at which they began, so that
 * several may share the folder and names sort by time. All that waits is written, and synced, together.
 *
 * @throws SegueError `invalid_config` when the folder cannot be made or written to
 */
export async function openJsonlSink(options: JsonlSinkOptions): Promise<Sink> {
  const { folder, maxFileBytes = 64 * 1024 * 1024, fsync = true, timeoutMs = 5000 } = options
  const now = options.now ?? (() => new Date())
  await makeFolder(folder)
  let file: { handle: FileHandle; bytes: number; day: string } | undefined
  let waiting: Waiting[] = []
  let waitingBytes = 0
  let running: Promise<void> | undefined

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      try {
        await writeOut(
          Buffer.concat(batch.map((part) => part.bytes)),
          fsync && batch.some((part) => part.durable),
        )
        for (const part of batch) part.resolve()
      } catch (error) {
        // The file may now end in half a line, so nothing more is written to it.
        await closeFile().catch(() => {})
        for (const part of batch) part.reject(error)
      }
      waitingBytes -= batch.reduce((sum, part) => sum + part.bytes.length, 0)
    }
  }

  async function writeOut(bytes: Buffer, sync: boolean): Promise<void> {
    const day = now().toISOString().slice(0, 10)
    if (file && (file.day !== day || file.bytes + bytes.length > maxFileBytes)) await closeFile()
    file ??= { handle: await newFile(), bytes: 0, day }
    await file.handle.appendFile(bytes)
    file.bytes += bytes.length
    if (sync) await file.handle.datasync()
  }

  async function newFile(): Promise<FileHandle> {
    const time = now().toISOString().replaceAll(':', '-')
    const handle = await open(join(folder, `events-${time}-${randomBytes(4).toString('hex')}.jsonl`), 'ax')
    // Without this a power cut could leave synced bytes in a file that no folder knows.
    if (fsync) await syncFolder(folder)
    return handle
  }

  async function closeFile(): Promise<void> {
    const closing = file
    file = undefined
    await closing?.handle.close()
  }

  return {
    write: async (records, { durable }) => {
      const bytes = Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join(''))
      if (waitingBytes + bytes.length > MAX_WAITING_BYTES) {
        throw new SegueError('overloaded', 'Too many events wait for the disk', { retryAfter: 1 })
      }
      waitingBytes += bytes.length
      const done = new Promise<void>((resolve, reject) => {
        waiting.push({ bytes, durable, resolve, reject })
      })
      running ??= run().finally(() => {
        running = undefined
      })
      try {
        await within(done, timeoutMs)
      } catch (cause) {
        throw notWritten(cause)
      }
    },
    close: async () => {
      await running
      await closeFile()
    },
  }
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
    await access(folder, constants.W_OK)
  } catch (cause) {
    throw new SegueError(
      'invalid_config',
      `The behaviour log cannot be kept in ${folder}: ${messageOf(cause)}`,
      {
        expected: 'a folder that this process may write to',
        cause,
      },
    )
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
