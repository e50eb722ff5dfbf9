import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { messageOf, SegueError } from '../domain/errors.ts'

/** A line longer than this is no row but a wrong file; it must not fill the memory. */
const LONGEST_LINE = 64 * 1024 * 1024

const NEWLINE = 0x0a

/**
 * The bytes of a file in chunks, unpacked where its name ends in .gz.
 *
 * @param onBytes told how many bytes of the file (packed, as `stat` counts them) were read, for progress
 */
export async function* fileChunks(file: string, onBytes?: (bytes: number) => void): AsyncGenerator<Buffer> {
  const raw = createReadStream(file, { highWaterMark: 256 * 1024 })
  const stream = file.endsWith('.gz') ? raw.pipe(createGunzip()) : raw
  // pipe() does not carry an error of its source on, so that a missing .gz would wait for ever.
  if (stream !== raw) raw.on('error', (error) => stream.destroy(error))
  let told = 0
  try {
    for await (const chunk of stream) {
      onBytes?.(raw.bytesRead - told)
      told = raw.bytesRead
      yield chunk as Buffer
    }
  } catch (error) {
    throw new SegueError('invalid_input', `${file}: ${messageOf(error)}`, {
      field: file,
      expected: 'a file that can be read',
      cause: error,
    })
  }
}

/**
 * The lines of a UTF-8 file with their numbers from 1, a line at a time in memory. Only LF (or CR LF) ends a line:
 * Node's readline also splits at U+2028, which may stand inside a JSON string.
 *
 * @throws SegueError `invalid_input` when the file cannot be read, is not UTF-8, or has a line over 64 MiB
 */
export async function* readLines(
  file: string,
  onBytes?: (bytes: number) => void,
): AsyncGenerator<{ text: string; line: number }> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let line = 0
  const decode = (bytes: Uint8Array): string => {
    line++
    try {
      const text = decoder.decode(bytes)
      return text.endsWith('\r') ? text.slice(0, -1) : text
    } catch (cause) {
      throw new SegueError('invalid_input', `${file}:${line}: not UTF-8`, {
        field: `${file}:${line}`,
        expected: 'UTF-8 text',
        cause,
      })
    }
  }
  let rest: Buffer[] = []
  let restBytes = 0
  for await (const chunk of fileChunks(file, onBytes)) {
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      const piece = chunk.subarray(start, end)
      const whole = rest.length > 0 ? Buffer.concat([...rest, piece]) : piece
      rest = []
      restBytes = 0
      start = end + 1
      yield { text: decode(whole), line }
    }
    if (start < chunk.length) {
      rest.push(chunk.subarray(start))
      restBytes += chunk.length - start
      if (restBytes > LONGEST_LINE) {
        throw new SegueError('invalid_input', `${file}:${line + 1}: the line is longer than 64 MiB`, {
          field: `${file}:${line + 1}`,
          expected: 'one JSON object or one record a line',
        })
      }
    }
  }
  if (restBytes > 0) yield { text: decode(Buffer.concat(rest)), line }
}
