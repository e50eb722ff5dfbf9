import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import type { Curation } from '../../src/domain/curation.ts'
import { playlist, shownPlaylist, soundAnswer } from '../support/curator.ts'
import { startOpenAiServer } from '../support/openai-server.ts'
import { startSegue } from '../support/run-command.ts'
import { jsonlFile, readRows, temporaryFolder } from '../support/temporary.ts'

const PLAYLISTS = 160
const CONCURRENCY = 4
const KILLS = 10

/** Whole lines of the journal; the torn end does not count. */
async function journalled(out: string): Promise<string[]> {
  const text = await readFile(join(out, 'journal.jsonl'), 'utf8').catch(() => '')
  return text.split('\n').slice(0, -1)
}

const keyOf = (line: string) => (JSON.parse(line) as { customId: string }).customId

it('loses no answer and pays for none twice when it is killed at ten random points', {
  timeout: 300_000,
}, async () => {
  const out = await temporaryFolder()
  const corpus = await jsonlFile(Array.from({ length: PLAYLISTS }, (_, i) => playlist(`p${i}`)))
  // Keys whose answers were on disk when the process died: a call for one of them would be paid twice.
  const safe = new Set<string>()
  const paidTwice: string[] = []
  const server = await startOpenAiServer((call) => {
    if (safe.has(call.key)) paidTwice.push(call.key)
    const description = `Answer number ${call.number}.`
    return { answer: soundAnswer(shownPlaylist(call), { description }), afterMs: 20 + Math.random() * 60 }
  })
  const args = ['curate', corpus, '--out', out, '--live', '--llm', 'm', '--endpoint', server.baseUrl]
  const start = () => startSegue([...args, '--concurrency', String(CONCURRENCY), '--retries', '0'])
  try {
    let before: string[] = []
    for (let kill = 0; kill < KILLS; kill++) {
      const seen = server.calls.length
      const { child, ended } = start()
      const wanted = seen + 1 + Math.floor(Math.random() * 10)
      while (server.calls.length < wanted && child.exitCode === null) await sleep(2)
      await sleep(Math.random() * 60)
      child.kill('SIGKILL')
      expect((await ended).code, 'the process was to be killed, not to end').toBeNull()
      const now = await journalled(out)
      expect(now.slice(0, before.length), 'an answer was lost').toEqual(before)
      for (const line of now) safe.add(keyOf(line))
      before = now
    }
    const { code, output } = await start().ended
    expect(code, output).toBe(0)

    expect(paidTwice).toEqual([])
    const calls = new Map<string, number>()
    for (const { key } of server.calls) calls.set(key, (calls.get(key) ?? 0) + 1)
    expect(calls.size).toBe(PLAYLISTS)
    // Repeated are only calls that were under way at a kill: never more than run at a time.
    expect(server.calls.length - PLAYLISTS).toBeLessThanOrEqual(KILLS * CONCURRENCY)
    const answers = await journalled(out)
    expect(new Set(answers.map(keyOf)).size).toBe(answers.length)
    const rows = await readRows<Curation>(join(out, 'curation.jsonl'))
    expect(rows.map(({ id }) => id)).toEqual(Array.from({ length: PLAYLISTS }, (_, i) => `p${i}`))
  } finally {
    await server.close()
  }
})
