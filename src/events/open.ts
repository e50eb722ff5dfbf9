import { type JsonlSinkOptions, openJsonlSink } from './jsonl-sink.ts'
import { type EventLog, eventLogOn, noEventLog } from './log.ts'
import { openRedisSink, type RedisSinkOptions } from './redis-sink.ts'

interface Common {
  /** The secret that user ids are hashed with. */
  readonly salt: string
  /** What an operator should know: writes that begin to fail, a Redis that may lose what it took. */
  readonly onWarning?: ((reason: string) => void) | undefined
}

export type EventLogOptions =
  | { readonly kind: 'off' }
  | (Common & { readonly kind: 'jsonl' } & JsonlSinkOptions)
  | (Common & { readonly kind: 'redis' } & RedisSinkOptions)

/**
 * Opens the behaviour log. A Redis that is down is no error now: events are refused until it is up.
 *
 * @throws SegueError `invalid_config` for a folder that cannot be written to, or a URL that is none
 */
export async function openEventLog(options: EventLogOptions): Promise<EventLog> {
  if (options.kind === 'off') return noEventLog()
  const sink = await (options.kind === 'jsonl' ? openJsonlSink(options) : openRedisSink(options))
  return eventLogOn(sink, options.salt, options.onWarning)
}
