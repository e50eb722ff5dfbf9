import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Service } from '../../src/service.ts'
import { haveRedisServer, startRedis } from '../support/redis-server.ts'
import { startSegue } from '../support/run-command.ts'
import { openTestService } from '../support/service.ts'
import { readRows, temporaryFolder } from '../support/temporary.ts'

const SALT = { EVENTS_SALT: 'a salt for these tests' }
const NONSENSE = 'xqzt vwkpl brrgh'

/** Listeners who search, click at the first and at the third rank, play one list for long, and find nothing. */
async function listen({ app }: Service): Promise<readonly string[]> {
  const post = async (url: string, user: string, payload: object) => {
    const answer = await app.inject({ method: 'POST', url, payload, headers: { 'x-segue-user': user } })
    expect(answer.statusCode, answer.body).toBeLessThan(300)
    return answer.json()
  }
  const search = (q: string, user: string) => post('/v1/search', user, { q, limit: 5 })
  const send = (user: string, event: object) => post('/v1/events', user, { events: [{ user, ...event }] })
  let shown: string[] = []
  for (const user of ['ada', 'bea']) {
    const { searchId, hits } = await search('Rainy Sunday Indie Folk', user)
    shown = hits.map(({ id }: { id: string }) => id)
    for (const place of [0, 2])
      await send(user, { searchId, type: 'click', playlistId: shown[place], position: place + 1 })
  }
  const { searchId, hits } = await search('bossa nova dinner', 'cleo')
  await send('cleo', { searchId, type: 'play', playlistId: hits[0].id, position: 1, seconds: 184 })
  for (const user of ['ada', 'bea', 'cleo', 'ada', 'bea']) await search(NONSENSE, user)
  return [shown[2] ?? '', hits[0].id]
}

/** Holds what `segue queries --from logs` makes of the log to what was done. */
async function mine(logs: string, wanted: readonly string[]): Promise<void> {
  const out = await temporaryFolder()
  // One of two queries is a title.
  const catalogue = ['demo/playlists.jsonl', '--out', out, '--max-exact-title', '1']
  const queries = await startSegue(['queries', ...catalogue, '--from', 'logs', '--logs', logs]).ended
  expect(queries.code, queries.output).toBe(0)
  expect(queries.output).toContain('"searches":8,"narrowed":0,"unshown":0,"unsure":1')
  const [clicked, played] = wanted
  const pairs = await readRows<{ text: string; intent: string; weight: number }>(join(out, 'queries.jsonl'))
  const found = new Map(pairs.map(({ text, intent, weight }) => [text, { intent, weight }]))
  expect(found.get('rainy sunday indie folk')).toEqual({
    intent: 'clicked',
    weight: expect.closeTo(1 - (1 - Math.sqrt(0.3)) ** 2, 6),
  })
  expect(found.get('bossa nova dinner')).toEqual({
    intent: 'played',
    weight: expect.closeTo(Math.sqrt(0.1), 6),
  })
  const qrels = (await readFile(join(out, 'qrels.tsv'), 'utf8')).trim().split('\n').slice(1)
  expect(qrels.map((line) => line.split('\t')[1]).toSorted()).toEqual([clicked, played].toSorted())
  const low = await readRows<{ text: string; reasons: string[]; users: number }>(
    join(out, 'low-performing.jsonl'),
  )
  expect(low.map(({ text, users }) => [text, users])).toEqual([[NONSENSE, 3]])
  expect(low[0]?.reasons).toContain('empty')
}

describe('what listeners do, from the service to training pairs', () => {
  it('goes over JSON Lines', { timeout: 90_000 }, async () => {
    const folder = await temporaryFolder()
    const service = await openTestService({ EVENTS: 'jsonl', EVENTS_DIR: folder, ...SALT })
    const wanted = await listen(service).finally(() => service.close())
    await mine(folder, wanted)
  })

  it.skipIf(!haveRedisServer)('goes over a Redis Stream', { timeout: 90_000 }, async () => {
    const redis = await startRedis()
    try {
      const service = await openTestService({ EVENTS: 'redis', EVENTS_REDIS_URL: redis.url, ...SALT })
      const wanted = await listen(service).finally(() => service.close())
      await mine(redis.url, wanted)
    } finally {
      await redis.stop()
    }
  })
})
