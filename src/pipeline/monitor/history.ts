import { existsSync } from 'node:fs'
import { appendFile, mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { readJsonl } from '../jsonl.ts'
import { Snapshot } from './snapshot.ts'

/** Earlier runs, oldest first; none where the file is not there yet. @throws SegueError `invalid_input` at a bad line */
export async function readHistory(file: string): Promise<Snapshot[]> {
  if (!existsSync(file)) return []
  const history: Snapshot[] = []
  for await (const { value } of readJsonl(file, Snapshot)) history.push(value)
  return history
}

export async function appendHistory(file: string, snapshot: Snapshot): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await appendFile(file, `${JSON.stringify(snapshot)}\n`)
}

/** The latest run on this canary set that was good or was accepted: what a new run is compared with. */
export function lastGood(history: readonly Snapshot[], canary: string): Snapshot | null {
  return history.findLast((run) => run.canary === canary && (run.accepted || run.alarms.length === 0)) ?? null
}
