import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Hit } from '../../src/search/hit.ts'
import type { Service } from '../../src/service.ts'
import { openTestService } from '../support/service.ts'

interface Answer {
  readonly searchId: string
  readonly query: string
  readonly hits: Hit[]
  readonly total: number
  readonly groups: { kind: string; hits: Hit[]; total: number }[]
  readonly took: Record<string, number>
  readonly cache: string
  readonly degraded: string[]
  readonly model: string
  readonly index: string
}

let service: Service
beforeAll(async () => {
  service = await openTestService()
})
afterAll(() => service.close())

async function get(query: Record<string, string>, headers: Record<string, string> = {}) {
  const reply = await service.app.inject({ url: '/v1/search', query, headers })
  return { reply, answer: reply.json<Answer>() }
}

async function post(body: object) {
  const reply = await service.app.inject({ method: 'POST', url: '/v1/search', payload: body })
  expect(reply.statusCode, reply.body).toBe(200)
  return reply.json<Answer>()
}

const ids = (hits: readonly Hit[]) => hits.map((hit) => hit.id)

describe('GET /v1/search', () => {
  it('answers with ranked playlists and says what they are', async () => {
    const { reply, answer } = await get({ q: '  Rainy  Sunday indie folk ' })
    expect(reply.statusCode).toBe(200)
    expect(answer.query).toBe('rainy sunday indie folk')
    expect(answer.hits).toHaveLength(10)
    expect(answer.hits.map((hit) => hit.rank)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    expect(answer.hits.map((hit) => hit.score)).toEqual(
      answer.hits.map((hit) => hit.score).sort((a, b) => b - a),
    )
    expect(answer.hits[0]).toMatchObject({ title: expect.any(String), trackCount: expect.any(Number) })
    expect(answer.hits[0]?.tracks.length).toBeLessThanOrEqual(5)
    expect(answer.hits[0]).not.toHaveProperty('reasons')
    expect(answer.degraded).toEqual([])
    expect(answer.searchId).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('puts the playlist first whose very title is asked for', async () => {
    const { answer } = await get({ q: 'brill building afternoons' })
    expect(answer.hits[0]).toMatchObject({ title: 'Brill Building Afternoons', score: 1 })
  })

  it('finds a playlist by half of its name', async () => {
    const { answer } = await get({ q: 'brill building af' })
    expect(answer.hits[0]?.title).toBe('Brill Building Afternoons')
  })

  it('ranks each kind on its own shelf', async () => {
    const { answer } = await get({ q: 'jazz', group: 'kind', limit: '5' })
    expect(answer.groups.map((group) => group.kind)).toEqual(['editorial', 'community'])
    for (const { kind, hits } of answer.groups) {
      expect(hits).toHaveLength(5)
      expect(hits.every((hit) => hit.kind === kind)).toBe(true)
      expect(hits[0]?.rank).toBe(1)
    }
    expect(answer).not.toHaveProperty('hits')
  })

  it('keeps one kind or one language when asked', async () => {
    const editorial = (await get({ q: 'jazz', kind: 'editorial' })).answer
    expect(new Set(editorial.hits.map((hit) => hit.kind))).toEqual(new Set(['editorial']))
    const spanish = (await get({ q: 'canciones de amor', language: 'es' })).answer
    expect(spanish.hits.length).toBeGreaterThan(0)
    expect(new Set(spanish.hits.map((hit) => hit.language))).toEqual(new Set(['es']))
  })

  it('gives the same ranking in pages of any size', async () => {
    const whole = (await get({ q: 'summer road trip', limit: '30' })).answer
    const pages = await Promise.all(
      [0, 10, 20].map((offset) => get({ q: 'summer road trip', limit: '10', offset: String(offset) })),
    )
    expect(pages.flatMap(({ answer }) => ids(answer.hits))).toEqual(ids(whole.hits))
    expect(pages.every(({ answer }) => answer.total === whole.total)).toBe(true)
  })

  it('answers a page past the end with no hits and the total', async () => {
    const { reply, answer } = await get({ q: 'jazz', offset: '99999' })
    expect(reply.statusCode).toBe(200)
    expect(answer.hits).toEqual([])
    expect(answer.total).toBeGreaterThan(0)
  })

  it('has no answer to nonsense', async () => {
    const { answer } = await get({ q: 'xqzwv kjhgf plmokn' })
    expect(answer).toMatchObject({ hits: [], total: 0, degraded: [] })
  })

  it('says why each hit matched', async () => {
    const { answer } = await get({ q: '90s eurodance', explain: 'true', limit: '3' })
    for (const hit of answer.hits) {
      expect(hit.reasons?.map((reason) => reason.type)).toContain('meaning')
    }
    expect(
      answer.hits.flatMap((hit) => hit.reasons ?? []).some((reason) => reason.values.includes('eurodance')),
    ).toBe(true)
  })

  it('names one set of stages in the answer and in Server-Timing', async () => {
    const { reply, answer } = await get({ q: 'a query nobody asked before' })
    const named = String(reply.headers['server-timing'])
      .split(', ')
      .map((entry) => entry.split(';')[0])
    expect(named).toEqual(['cache', 'tokenize', 'embed', 'retrieve', 'rank', 'total'])
    expect(Object.keys(answer.took).sort()).toEqual([...named].sort())
  })

  it('answers from the cache the second time, and past it when told', async () => {
    const query = { q: 'a query for the cache' }
    const first = await get(query)
    const second = await get({ q: 'A query  for the CACHE' })
    const third = await get(query, { 'cache-control': 'no-cache' })
    expect([first, second, third].map(({ answer }) => answer.cache)).toEqual(['miss', 'hit', 'bypass'])
    expect(second.answer.hits).toEqual(first.answer.hits)
    expect(third.answer.hits).toEqual(first.answer.hits)
  })

  it.each(['夜に聴きたい歌', 'أغاني حزينة', '🌧️💔', 'ñandú café', 'o\'brien "live" (demo) AND NOT *'])(
    'answers %s without an error',
    async (q) => {
      const { reply } = await get({ q })
      expect(reply.statusCode).toBe(200)
    },
  )
})

describe('what a person would call right', () => {
  it.each([
    ['rainy sunday indie folk', /folk/],
    ['90s eurodance', /euro ?dance|eurodisco|90s dance|dance-pop/],
    ['bossa nova dinner', /bossa|samba|brazil/],
    ['songs to lift heavy to', /gym|workout|lifting|training|weight/],
  ])('%s', async (q, right) => {
    const { answer } = await get({ q, limit: '5' })
    const matching = answer.hits.filter(({ title, description, facets }) =>
      right.test([title, description, ...Object.values(facets).flat()].join(' ').toLowerCase()),
    )
    expect(matching.length, ids(answer.hits).join(' ')).toBeGreaterThanOrEqual(3)
  })
})

describe('POST /v1/search', () => {
  it('obeys every filter', async () => {
    const base = await post({ q: 'guitar', limit: 50 })
    const owner = base.hits.find((hit) => hit.owner)?.owner ?? ''
    const cases: [object, (hit: Hit) => boolean][] = [
      [{ owners: [owner] }, (hit) => hit.owner === owner],
      [{ minFollowers: 1000 }, (hit) => (hit.followers ?? 0) >= 1000],
      [{ languages: ['en', 'fr'] }, (hit) => ['en', 'fr'].includes(hit.language ?? '')],
      [{ eras: ['1990s'] }, (hit) => hit.facets.eras.includes('1990s')],
      [{ genres: ['Rock'] }, (hit) => hit.facets.genres.some((genre) => genre.toLowerCase() === 'rock')],
      [
        { moods: ['nostalgic'], kind: 'community' },
        (hit) => hit.kind === 'community' && hit.facets.moods.includes('nostalgic'),
      ],
    ]
    for (const [filter, holds] of cases) {
      const { hits } = await post({ q: 'guitar', limit: 50, ...filter })
      if (!('minFollowers' in filter)) expect(hits.length, JSON.stringify(filter)).toBeGreaterThan(0)
      expect(
        hits.filter((hit) => !holds(hit)),
        JSON.stringify(filter),
      ).toEqual([])
    }
  })

  it('answers a filter that matches nothing with nothing', async () => {
    expect(await post({ q: 'guitar', owners: ['nobody at all'] })).toMatchObject({
      hits: [],
      total: 0,
      degraded: [],
    })
  })
})

describe('POST /v1/search/batch', () => {
  it('answers each query in its place, and a bad one with its problem', async () => {
    const reply = await service.app.inject({
      method: 'POST',
      url: '/v1/search/batch',
      payload: { queries: [{ q: 'jazz', limit: 1 }, { q: '   ' }, { q: 'techno', group: 'kind', limit: 2 }] },
    })
    expect(reply.statusCode).toBe(200)
    expect(reply.json().results).toMatchObject([
      { query: 'jazz', hits: [{ rank: 1 }] },
      { code: 'query_empty', status: 400 },
      { query: 'techno', groups: [{ kind: 'editorial' }, { kind: 'community' }] },
    ])
  })

  it('takes a hundred queries and refuses one more', async () => {
    const send = (count: number) =>
      service.app.inject({
        method: 'POST',
        url: '/v1/search/batch',
        payload: { queries: Array.from({ length: count }, (_, i) => ({ q: `mix ${i}`, limit: 1 })) },
      })
    const full = await send(100)
    expect(full.json().results).toHaveLength(100)
    expect(full.json<{ results: { query: string }[] }>().results[42]?.query).toBe('mix 42')
    expect((await send(101)).json()).toMatchObject({ status: 400, code: 'invalid_request', field: 'queries' })
  })
})
