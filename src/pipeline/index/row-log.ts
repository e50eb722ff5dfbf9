import { SegueError } from '../../domain/errors.ts'
import type { BadRow } from '../jsonl.ts'

const SHOWN = 20

/** Collects bad rows, so that a person mends them in one go and not one by one. */
export interface RowLog {
  add(row: BadRow): void
  count(): number
  /** The first rows, a line each, and how many more there are. */
  text(): string
}

export function openRowLog(): RowLog {
  const shown: string[] = []
  let count = 0
  return {
    add({ file, line, reason }) {
      if (count++ < SHOWN) shown.push(`  ${file}:${line}: ${reason}`)
    },
    count: () => count,
    text: () => [...shown, ...(count > SHOWN ? [`  ... and ${count - SHOWN} more`] : [])].join('\n'),
  }
}

/** @throws SegueError `invalid_input` with the rows, when there are any */
export function refuseBadRows(log: RowLog): void {
  if (log.count() === 0) return
  const rows = log.count() === 1 ? '1 bad row' : `${log.count()} bad rows`
  throw new SegueError('invalid_input', `${rows}, nothing was built:\n${log.text()}`, {
    expected: 'rows that fit the schema; --skip-invalid leaves bad rows out and counts them',
  })
}
