import { writeSync } from 'node:fs'
import { type EventLogOptions, openEventLog } from '../../src/events/open.ts'
import { newSearchId } from '../../src/events/search-id.ts'

// Appends events as fast as it can, several at a time, and tells each acknowledged one on stdout, until it is killed.
const log = await openEventLog(JSON.parse(process.argv[2] ?? '') as EventLogOptions)
const run = process.argv[3] ?? ''
let next = 0

async function client(): Promise<void> {
  for (;;) {
    const ids = Array.from({ length: 1 + (next % 7) }, () => `${run}-${next++}`)
    const searchId = newSearchId()
    try {
      await log.append(ids.map((playlistId) => ({ searchId, type: 'click', playlistId })))
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 5))
      continue
    }
    // Straight to the pipe: what is told has been acknowledged, whatever happens next.
    writeSync(1, `${ids.join('\n')}\n`)
  }
}
await Promise.all([client(), client(), client(), client()])
