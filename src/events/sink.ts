import { SegueError } from '../domain/errors.ts'
import type { LogRecord } from './event.ts'

/** Where the records of the log are kept, in the order of the calls. */
export interface Sink {
  /**
   * Resolves when the records are written; with `durable`, when they outlive the end of this process and, as far as
   * the sink can see to it, of the machine.
   *
   * @throws SegueError `unavailable` when they could not be written in time, `overloaded` when too much waits
   */
  write(records: readonly LogRecord[], options: { readonly durable: boolean }): Promise<void>
  close(): Promise<void>
}

/** What a sink throws when the disk or the server does not take its records. */
export function notWritten(cause: unknown): SegueError {
  // Callers see this message; the cause, which may name hosts and folders, is for our own log.
  return new SegueError('unavailable', 'The behaviour log cannot be written now', { retryAfter: 5, cause })
}
