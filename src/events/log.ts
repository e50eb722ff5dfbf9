import { messageOf, SegueError } from '../domain/errors.ts'
import type { EventRecord, ListenerEvent, SearchRecord } from './event.ts'
import { openRecorder } from './recorder.ts'
import type { Sink } from './sink.ts'
import { userHasher } from './user-hash.ts'

/** A search as the service saw it; the user is still the caller's own id. */
export type SeenSearch = Omit<SearchRecord, 'type' | 'at' | 'user'> & { readonly user?: string | undefined }

/** What listeners searched and did. */
export interface EventLog {
  /** Whether anything is written. */
  readonly enabled: boolean
  /**
   * Writes a batch. When the promise resolves it is as durable as the sink makes it. When it rejects, part of the
   * batch may have been written all the same: a batch sent again can be there twice, never not at all.
   *
   * @throws SegueError `not_found` when the log is off, `unavailable` or `overloaded` when it cannot be written now
   */
  append(events: readonly ListenerEvent[]): Promise<void>
  /** Takes note of a search and returns at once. What the sink cannot keep up with is dropped and counted. */
  recordSearch(search: SeenSearch): void
  status(): EventLogStatus
  /** Writes what is buffered, for a bounded time. */
  close(): Promise<void>
}

export interface EventLogStatus {
  /** Events acknowledged. */
  readonly appended: number
  /** Events refused with `unavailable` or `overloaded`. */
  readonly refused: number
  readonly searchesWritten: number
  readonly searchesDropped: number
  readonly searchesBuffered: number
}

/** The default: nothing is written, and events are refused. */
export function noEventLog(): EventLog {
  return {
    enabled: false,
    append: async () => {
      throw new SegueError('not_found', 'This service keeps no behaviour log', {
        expected: 'a service started with EVENTS=jsonl or EVENTS=redis',
      })
    },
    recordSearch: () => {},
    status: () => ({ appended: 0, refused: 0, searchesWritten: 0, searchesDropped: 0, searchesBuffered: 0 }),
    close: async () => {},
  }
}

/** A log on a sink. Users are hashed here, before anything is buffered: no sink ever sees an id. */
export function eventLogOn(target: Sink, salt: string, onWarning?: (reason: string) => void): EventLog {
  const hash = userHasher(salt)
  const sink = warning(target, onWarning)
  const recorder = openRecorder(sink)
  let appended = 0
  let refused = 0

  const hashed = (user: string | undefined) => (user === undefined ? {} : { user: hash(user) })

  return {
    enabled: true,
    append: async (events) => {
      const now = new Date().toISOString()
      const records = events.map(
        ({ user, at, ...event }): EventRecord => ({ ...event, at: at ?? now, ...hashed(user) }),
      )
      try {
        await sink.write(records, { durable: true })
        appended += records.length
      } catch (error) {
        refused += records.length
        throw error
      }
    },
    recordSearch: ({ user, ...search }) => {
      recorder.record({ type: 'search', at: new Date().toISOString(), ...search, ...hashed(user) })
    },
    status: () => {
      const { written, dropped, buffered } = recorder.status()
      return {
        appended,
        refused,
        searchesWritten: written,
        searchesDropped: dropped,
        searchesBuffered: buffered,
      }
    },
    close: async () => {
      await recorder.close()
      await sink.close()
    },
  }
}

/** The sink, with a word to the operator when writes begin to fail; said once until one goes well. */
function warning(sink: Sink, onWarning: (reason: string) => void = () => {}): Sink {
  let failing = false
  return {
    ...sink,
    write: async (records, options) => {
      try {
        await sink.write(records, options)
        failing = false
      } catch (error) {
        const cause = error instanceof SegueError && error.cause !== undefined ? error.cause : error
        if (!failing) onWarning(`The behaviour log cannot be written: ${messageOf(cause)}`)
        failing = true
        throw error
      }
    },
  }
}
