import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Service } from '../../src/service.ts'
import { openTestService } from '../support/service.ts'

let service: Service
beforeAll(async () => {
  service = await openTestService()
})
afterAll(() => service.close())

describe('playlists', () => {
  it('shows a playlist with all its tracks', async () => {
    const reply = await service.app.inject('/v1/playlists/epl-089a80d733')
    expect(reply.json()).toMatchObject({
      id: 'epl-089a80d733',
      kind: 'editorial',
      title: 'Brill Building Afternoons',
      describedBy: 'editors',
      trackCount: 14,
    })
    expect(reply.json().tracks).toHaveLength(14)
  })

  it('says who described a community playlist', async () => {
    const reply = await service.app.inject('/v1/playlists/cpl-bdc2afbd21')
    expect(reply.json()).toMatchObject({ kind: 'community', describedBy: 'curator' })
  })

  it('finds neighbours in meaning, itself left out', async () => {
    const reply = await service.app.inject('/v1/playlists/epl-089a80d733/similar?limit=5')
    const { hits } = reply.json<{ hits: { id: string; score: number; facets: { eras: string[] } }[] }>()
    expect(hits).toHaveLength(5)
    expect(hits.map((hit) => hit.id)).not.toContain('epl-089a80d733')
    expect(hits.filter((hit) => hit.facets.eras.includes('1960s')).length).toBeGreaterThanOrEqual(3)
  })

  it('keeps neighbours of one kind when asked', async () => {
    const reply = await service.app.inject('/v1/playlists/epl-089a80d733/similar?kind=community')
    const { hits } = reply.json<{ hits: { kind: string }[] }>()
    expect(new Set(hits.map((hit) => hit.kind))).toEqual(new Set(['community']))
  })
})
