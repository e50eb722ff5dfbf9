import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Static, TSchema } from 'typebox'
import { SegueError } from '../domain/errors.ts'
import { readLines } from './lines.ts'
import { rowChecker } from './row-reason.ts'

export { rowChecker } from './row-reason.ts'

export interface Row<T> {
  readonly value: T
  readonly file: string
  /** From 1. */
  readonly line: number
}

/** A row that does not fit its schema, for `--skip-invalid` to count and say. */
export interface BadRow {
  readonly file: string
  readonly line: number
  readonly reason: string
}

export interface ReadOptions {
  /** Given, bad rows are passed to it and left out; not given, the first one is thrown. */
  readonly onInvalid?: ((bad: BadRow) => void) | undefined
}

/**
 * Streams a JSON Lines file, each row checked against a schema, in bounded memory. Empty lines are allowed.
 *
 * @throws SegueError `invalid_input` with file, line and reason at the first bad row, unless `onInvalid` takes it
 */
export async function* readJsonl<S extends TSchema>(
  file: string,
  schema: S,
  options: ReadOptions = {},
): AsyncGenerator<Row<Static<S>>> {
  const explain = rowChecker(schema)
  for await (const { text, line } of readLines(file)) {
    const json = line === 1 ? text.replace(/^\uFEFF/, '') : text
    if (json.trim() === '') continue
    const parsed = parse(json)
    const reason = parsed.ok ? explain(parsed.value) : parsed.reason
    if (reason === null && parsed.ok) yield { value: parsed.value as Static<S>, file, line }
    else reportBadRow({ file, line, reason: reason ?? 'invalid' }, options)
  }
}

/** @throws SegueError `invalid_input` unless `onInvalid` takes the row */
export function reportBadRow(bad: BadRow, options: ReadOptions): void {
  if (options.onInvalid) {
    options.onInvalid(bad)
    return
  }
  throw new SegueError('invalid_input', `${bad.file}:${bad.line}: ${bad.reason}`, {
    field: `${bad.file}:${bad.line}`,
    expected: 'a row that fits the schema (or a command that skips bad rows, where it has such an option)',
  })
}

/** A whole JSON Lines file by key; for files that fit in memory. @throws SegueError at a bad row or a key seen before */
export async function readJsonlBy<S extends TSchema>(
  file: string,
  schema: S,
  key: (row: Static<S>) => string,
): Promise<Map<string, Static<S>>> {
  const rows = new Map<string, Static<S>>()
  for await (const { value, line } of readJsonl(file, schema)) {
    const id = key(value)
    if (rows.has(id)) reportBadRow({ file, line, reason: `${id} was there before` }, {})
    rows.set(id, value)
  }
  return rows
}

/**
 * Writes rows as JSON Lines beside the target and renames at the end: a kill leaves the old file or the new one.
 * Makes the folder. Returns the number of rows.
 */
export async function writeJsonl(
  file: string,
  rows: Iterable<unknown> | AsyncIterable<unknown>,
): Promise<number> {
  return writeLines(
    file,
    mapRows(rows, (row) => JSON.stringify(row)),
  )
}

/** Like `writeJsonl`, for lines that are text already (TSV). Returns the number of lines. */
export async function writeLines(
  file: string,
  lines: Iterable<string> | AsyncIterable<string>,
): Promise<number> {
  await mkdir(dirname(file), { recursive: true })
  let count = 0
  const partial = `${file}.partial`
  try {
    const chunks = mapRows(lines, (line) => {
      count++
      return `${line}\n`
    })
    await pipeline(Readable.from(chunks), createWriteStream(partial))
    await rename(partial, file)
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  }
  return count
}

export interface JsonlWriter {
  /** Waits where the disk is slower than the rows. */
  write(row: unknown): Promise<void>
  /** Puts the file in place; returns the number of rows. */
  commit(): Promise<number>
  /** Leaves the old file as it was. */
  abandon(): Promise<void>
}

/** Like `writeJsonl`, for rows that come one by one from elsewhere. */
export function openJsonlWriter(file: string): JsonlWriter {
  const rows = new PassThrough({ objectMode: true, highWaterMark: 64 })
  const written = writeJsonl(file, rows)
  // Whoever writes next hears of a failure; until then nobody listens.
  written.catch((error) => rows.destroy(error))
  return {
    async write(row) {
      if (rows.destroyed) await written
      if (!rows.write(row)) await Promise.race([once(rows, 'drain'), written])
    },
    commit() {
      rows.end()
      return written
    },
    async abandon() {
      rows.destroy(new Error('abandoned'))
      await written.catch(() => undefined)
    },
  }
}

async function* mapRows<A, B>(rows: Iterable<A> | AsyncIterable<A>, map: (row: A) => B): AsyncGenerator<B> {
  for await (const row of rows) yield map(row)
}

function parse(json: string): { ok: true; value: unknown } | { ok: false; reason: string } {
  try {
    return { ok: true, value: JSON.parse(json) }
  } catch (error) {
    return { ok: false, reason: `not JSON: ${(error as Error).message}` }
  }
}
