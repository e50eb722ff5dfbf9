import { destination, type Logger, pino } from 'pino'

export type { Logger }

/**
 * The log of a service: JSON lines on standard output, written a few at a time and at most 50 ms late; a line for each
 * search would else be its dearest system call. What is buffered is written at exit.
 */
export function openLog(level: string): Logger {
  return pino({ level, base: null }, destination({ fd: 1, sync: false, minLength: 4096, periodicFlush: 50 }))
}
