import type { InjectOptions } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Service } from '../../src/service.ts'
import { openTestService } from '../support/service.ts'

let service: Service
beforeAll(async () => {
  service = await openTestService({ BODY_LIMIT_BYTES: '4096' })
})
afterAll(() => service.close())

const search = (query: string): InjectOptions => ({ url: `/v1/search?${query}` })
const post = (payload: object | string, type = 'application/json'): InjectOptions => ({
  method: 'POST',
  url: '/v1/search',
  headers: { 'content-type': type },
  payload,
})

describe('bad input', () => {
  it.each<[string, InjectOptions, object]>([
    ['no query', search(''), { status: 400, code: 'invalid_request', field: 'q' }],
    ['an empty query', search('q='), { status: 400, code: 'query_empty', field: 'q' }],
    ['a blank query', search('q=%20%09%0A'), { status: 400, code: 'query_empty', field: 'q' }],
    [
      'an over-long query',
      search(`q=${'a'.repeat(501)}`),
      { status: 400, code: 'query_too_long', field: 'q' },
    ],
    ['a NUL in the query', search('q=a%00b'), { status: 400, code: 'query_malformed', field: 'q' }],
    [
      'an escape character',
      post({ q: '\u001b[31mred' }),
      { status: 400, code: 'query_malformed', field: 'q' },
    ],
    ['a lone surrogate', post('{"q":"a\\ud800b"}'), { status: 400, code: 'query_malformed', field: 'q' }],
    ['two queries', search('q=a&q=b'), { status: 400, code: 'invalid_request', field: 'q' }],
    ['an unknown field', search('q=a&page=2'), { status: 400, code: 'invalid_request', field: 'page' }],
    [
      'an unknown body field',
      post({ q: 'a', filters: {} }),
      { status: 400, code: 'invalid_request', field: 'filters' },
    ],
    [
      'an unknown kind',
      search('q=a&kind=mixtape'),
      { status: 400, code: 'invalid_request', field: 'kind', expected: 'one of editorial, community, all' },
    ],
    [
      'a limit of zero',
      search('q=a&limit=0'),
      { status: 400, code: 'invalid_request', field: 'limit', expected: 'must be >= 1' },
    ],
    ['a limit in words', search('q=a&limit=ten'), { status: 400, code: 'invalid_request', field: 'limit' }],
    [
      'a number as text in JSON',
      post({ q: 'a', limit: '10' }),
      { status: 400, code: 'invalid_request', field: 'limit', expected: 'must be integer' },
    ],
    ['a negative offset', search('q=a&offset=-1'), { status: 400, code: 'invalid_request', field: 'offset' }],
    [
      'an empty filter list',
      post({ q: 'a', genres: [] }),
      { status: 400, code: 'invalid_request', field: 'genres' },
    ],
    ['a query that is a number', post({ q: 7 }), { status: 400, code: 'invalid_request', field: 'q' }],
    ['broken JSON', post('{"q": "a"'), { status: 400, code: 'invalid_request', field: 'body' }],
    ['an empty body', post(''), { status: 400, code: 'invalid_request', field: 'body' }],
    [
      'a form',
      post('q=a', 'application/x-www-form-urlencoded'),
      { status: 415, code: 'unsupported_media_type', field: 'content-type', expected: 'application/json' },
    ],
    [
      'an oversize body',
      post({ q: 'a', owners: ['x'.repeat(5000)] }),
      { status: 413, code: 'body_too_large', field: 'body' },
    ],
    ['an unknown route', { url: '/v2/search' }, { status: 404, code: 'not_found' }],
    [
      'an unknown playlist',
      { url: '/v1/playlists/epl-none' },
      { status: 404, code: 'not_found', field: 'id' },
    ],
    [
      'neighbours of an unknown playlist',
      { url: '/v1/playlists/epl-none/similar' },
      { status: 404, code: 'not_found' },
    ],
  ])('%s has its documented answer', async (_what, request, expected) => {
    const reply = await service.app.inject(request)
    expect(reply.json()).toMatchObject(expected)
    expect(reply.statusCode).toBe((expected as { status: number }).status)
    expect(reply.headers['content-type']).toMatch(/^application\/problem\+json/)
    expect(reply.json()).toMatchObject({
      type: expect.stringMatching(/^urn:segue:problem:/),
      detail: expect.any(String),
    })
    expect(reply.body).not.toMatch(/\bat .*\.(js|ts):\d+/)
  })

  it('keeps the caller’s request id', async () => {
    const reply = await service.app.inject({ ...search('q='), headers: { 'x-request-id': 'abc-123' } })
    expect(reply.headers['x-request-id']).toBe('abc-123')
    expect(reply.json().requestId).toBe('abc-123')
  })
})
