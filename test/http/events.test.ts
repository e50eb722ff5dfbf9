import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LogRecord } from '../../src/events/event.ts'
import { readLog } from '../../src/events/read.ts'
import type { Service } from '../../src/service.ts'
import { openTestService } from '../support/service.ts'

let folder: string
let service: Service
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'segue-events-'))
  service = await openTestService({
    EVENTS: 'jsonl',
    EVENTS_DIR: folder,
    EVENTS_SALT: 'a salt for these tests',
  })
})
afterAll(async () => {
  await service.close()
  await rm(folder, { recursive: true })
})

const send = (target: Service, payload: object) =>
  target.app.inject({ method: 'POST', url: '/v1/events', payload })

describe('the behaviour log', () => {
  it('holds the search, what the listener did, and no name', async () => {
    const found = await service.app.inject({
      url: '/v1/search?q=Bossa%20Nova&group=kind&limit=3',
      headers: { 'x-segue-user': 'anna@example.org' },
    })
    const { searchId, groups } = found.json<{ searchId: string; groups: { hits: { id: string }[] }[] }>()
    const playlistId = groups[0]?.hits[0]?.id ?? ''
    const reply = await send(service, {
      events: [
        { searchId, type: 'click', playlistId, position: 1, user: 'anna@example.org' },
        { searchId, type: 'play', playlistId, seconds: 95, user: 'anna@example.org' },
      ],
    })
    expect(reply.statusCode, reply.body).toBe(202)
    expect(reply.json()).toEqual({ accepted: 2 })
    await service.close()

    const records: LogRecord[] = []
    for await (const record of readLog(folder)) records.push(record)
    const search = records.find((record) => record.type === 'search')
    expect(search).toMatchObject({
      searchId,
      query: 'bossa nova',
      group: true,
      hits: expect.arrayContaining([playlistId]),
    })
    expect(search && 'hits' in search ? search.hits : []).toHaveLength(6)
    expect(records.map((record) => record.type).sort()).toEqual(['click', 'play', 'search'])
    expect(new Set(records.map((record) => record.user)).size).toBe(1)
    expect(JSON.stringify(records)).not.toContain('anna')
    service = await openTestService({
      EVENTS: 'jsonl',
      EVENTS_DIR: folder,
      EVENTS_SALT: 'a salt for these tests',
    })
  })

  it('names every bad event and takes none of the batch', async () => {
    const good = { searchId: '0192f0c1-7c3a-7b1e-9d53-6a4f0c2b8e11', type: 'click', playlistId: 'p' }
    const reply = await send(service, { events: [good, { ...good, type: 'liked' }, { ...good, seconds: 3 }] })
    expect(reply.statusCode).toBe(400)
    expect(reply.json()).toMatchObject({
      code: 'invalid_request',
      field: 'events.1.type',
      errors: [{ field: 'events.1.type' }, { field: 'events.2.seconds' }],
    })
  })

  it('is off until it is configured', async () => {
    const plain = await openTestService()
    const reply = await send(plain, {
      events: [{ searchId: '0192f0c1-7c3a-7b1e-9d53-6a4f0c2b8e11', type: 'click', playlistId: 'p' }],
    })
    expect(reply.json()).toMatchObject({ status: 404, code: 'not_found' })
    await plain.close()
  })
})
