import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { EventLogOptions } from '../../src/events/open.ts'
import { newReadReport, type ReadReport, readLog } from '../../src/events/read.ts'
import { temporaryFolders } from '../support/folder.ts'
import { haveRedisServer, startRedis } from '../support/redis-server.ts'

const newFolder = temporaryFolders()
const child = fileURLToPath(new URL('./loss-child.ts', import.meta.url))

/** Starts a process that appends, kills it at a random moment, and gives what it had been acknowledged. */
async function appendUntilKilled(options: EventLogOptions, run: string): Promise<string[]> {
  const args = ['--import', 'tsx', child, JSON.stringify(options), run]
  const writer = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let told = ''
  writer.stdout.setEncoding('utf8').on('data', (text: string) => {
    // The clock runs from the first acknowledgement, so that each kill hits a process at work.
    if (told === '') setTimeout(() => writer.kill('SIGKILL'), Math.random() * 150)
    told += text
  })
  await once(writer, 'close')
  expect(writer.signalCode).toBe('SIGKILL')
  return told.split('\n').slice(0, -1)
}

async function lost(source: string, acknowledged: readonly string[], report: ReadReport): Promise<string[]> {
  const found = new Set<string>()
  for await (const record of readLog(source, report))
    if (record.type !== 'search') found.add(record.playlistId)
  return acknowledged.filter((id) => !found.has(id))
}

describe('a process killed while it writes', () => {
  it('has lost nothing that it acknowledged to JSONL files', { timeout: 120_000 }, async () => {
    const folder = await newFolder()
    const options: EventLogOptions = { kind: 'jsonl', folder, salt: 'salt', maxFileBytes: 20_000 }
    const acknowledged: string[] = []
    for (let run = 0; run < 10; run++) acknowledged.push(...(await appendUntilKilled(options, `run${run}`)))
    const report = newReadReport()
    expect(await lost(folder, acknowledged, report)).toEqual([])
    expect(acknowledged.length).toBeGreaterThan(100)
    expect(report.records).toBeGreaterThanOrEqual(acknowledged.length)
    expect(report.bad).toBe(0)
  })

  it.skipIf(!haveRedisServer)(
    'has lost nothing that it acknowledged to a Redis Stream',
    { timeout: 120_000 },
    async () => {
      const redis = await startRedis()
      try {
        const acknowledged: string[] = []
        for (let run = 0; run < 5; run++) {
          acknowledged.push(
            ...(await appendUntilKilled({ kind: 'redis', url: redis.url, salt: 'salt' }, `run${run}`)),
          )
        }
        expect(await lost(redis.url, acknowledged, newReadReport())).toEqual([])
        expect(acknowledged.length).toBeGreaterThan(100)
      } finally {
        await redis.stop()
      }
    },
  )
})
