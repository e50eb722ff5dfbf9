import { type Logger, pino } from 'pino'

export type { Logger }

/** The log of a service: JSON lines on standard output. */
export function openLog(level: string): Logger {
  return pino({ level, base: null })
}
