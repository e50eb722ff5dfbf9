import { messageOf, SegueError } from '../domain/errors.ts'
import { closeRedis, openRedis } from '../redis/connection.ts'
import { within } from '../redis/deadline.ts'
import { DEFAULT_STREAM } from './redis-sink.ts'

const PAGE = 1000
const TIMEOUT_MS = 10_000

/**
 * The `record` fields of a Redis Stream, oldest first, up to the entry that was the last when the reading began.
 * Another stream than the default is named in the URL: redis://host:6379/0?stream=my:events
 *
 * @throws SegueError `invalid_input` when Redis cannot be read
 */
export async function* readStream(address: string): AsyncGenerator<string> {
  const url = URL.canParse(address) ? new URL(address) : undefined
  const stream = url?.searchParams.get('stream') ?? DEFAULT_STREAM
  url?.searchParams.delete('stream')
  let connected: () => void = () => {}
  let failed: (error: Error) => void = () => {}
  const ready = new Promise<void>((resolve, reject) => {
    connected = resolve
    failed = reject
  })
  const client = openRedis({
    url: url?.href ?? address,
    name: 'segue-events-read',
    onReady: () => connected(),
    onDown: (reason) => failed(new Error(reason)),
  })
  try {
    await within(ready, TIMEOUT_MS)
    const [last] = await within(client.xrevrange(stream, '+', '-', 'COUNT', 1), TIMEOUT_MS)
    let from = '-'
    while (last) {
      const page = await within(client.xrange(stream, from, last[0], 'COUNT', PAGE), TIMEOUT_MS)
      for (const [, fields] of page) yield fieldOf(fields, 'record') ?? ''
      const end = page.at(-1)?.[0]
      if (end === undefined || page.length < PAGE) return
      from = `(${end}`
    }
  } catch (cause) {
    throw new SegueError('invalid_input', `The stream ${stream} cannot be read: ${messageOf(cause)}`, {
      field: stream,
      expected: 'a Redis that answers',
      cause,
    })
  } finally {
    await closeRedis(client)
  }
}

function fieldOf(fields: readonly string[], name: string): string | undefined {
  for (let i = 0; i + 1 < fields.length; i += 2) if (fields[i] === name) return fields[i + 1]
  return undefined
}
