import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Service } from '../../src/service.ts'
import { STAGES } from '../../src/telemetry/stages.ts'
import { openTestService } from '../support/service.ts'

let service: Service
beforeAll(async () => {
  service = await openTestService()
})
afterAll(() => service.close())

describe('what operators ask', () => {
  it('says what is live', async () => {
    const info = (await service.app.inject('/v1/info')).json()
    expect(info).toMatchObject({
      model: { dimensions: 384, precision: 'int8', fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) },
      index: {
        name: 'demo',
        counts: { editorial: 520, community: 960 },
        fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
      embedding: { provider: 'cpu', requestedProviders: ['cpu'], workers: 1, workersUp: 1 },
      cache: { layers: ['memory'], redisUp: null },
    })
  })

  it('is alive and ready', async () => {
    expect((await service.app.inject('/livez')).json()).toEqual({ alive: true })
    expect((await service.app.inject('/readyz')).json()).toEqual({
      ready: true,
      embedWorkers: 1,
      redis: 'none',
    })
  })

  it('counts searches and times every stage under its name', async () => {
    const q = 'a query for the metrics'
    await service.app.inject({ url: '/v1/search', query: { q } })
    await service.app.inject({ url: '/v1/search', query: { q } })
    // A search is counted when its answer is out.
    const reply = await vi.waitFor(async () => {
      const scraped = await service.app.inject('/metrics')
      expect(scraped.body).toContain('segue_searches_total{cache="hit",degraded="none"} 1')
      return scraped
    })
    expect(reply.headers['content-type']).toMatch(/^text\/plain/)
    const value = (series: string) =>
      Number(
        reply.body
          .split('\n')
          .find((line) => line.startsWith(series))
          ?.split(' ')
          .pop(),
      )
    for (const stage of STAGES)
      expect(value(`segue_stage_seconds_count{stage="${stage}"}`)).toBeGreaterThanOrEqual(1)
    expect(value('segue_searches_total{cache="miss",degraded="none"}')).toBe(1)
    expect(value('segue_http_request_seconds_count{route="/v1/search",method="GET",status="200"}')).toBe(2)
    expect(value('segue_embed_workers')).toBe(1)
    expect(reply.body).toMatch(
      /segue_info\{model="[^"]+",index="[0-9a-f]{12}",provider="cpu",precision="int8"/,
    )
  })

  it('shows the API', async () => {
    expect((await service.app.inject('/docs/')).statusCode).toBe(200)
    expect((await service.app.inject('/docs/json')).json().openapi).toBe('3.1.0')
  })
})
