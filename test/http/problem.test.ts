import { type AddressInfo, connect } from 'node:net'
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

/** Everything that the service answers to raw bytes, until it closes the connection. */
async function exchange({ app }: Service, bytes: string): Promise<string> {
  if (!app.server.listening) await app.listen({ port: 0 })
  const socket = connect((app.server.address() as AddressInfo).port)
  socket.end(bytes)
  let reply = ''
  for await (const chunk of socket) reply += chunk
  return reply
}

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
      'a method that a route does not have',
      { method: 'DELETE', url: '/v1/search' },
      { status: 405, code: 'method_not_allowed', field: 'method', expected: 'GET, HEAD, POST' },
    ],
    [
      'such a method with a body of any type',
      { ...post('<q/>', 'text/xml'), url: '/v1/playlists/epl-none' },
      { status: 405, code: 'method_not_allowed', expected: 'GET, HEAD' },
    ],
    ['a broken path', { url: '/v1/playlists/%ff' }, { status: 400, code: 'invalid_request', field: 'path' }],
    ['a path out of the files', { url: '/docs/static/%5Cx' }, { status: 404, code: 'not_found' }],
    ['a file that is not there', { url: '/%5Cx' }, { status: 404, code: 'not_found' }],
    [
      'a compressed body',
      { ...post({ q: 'a' }), headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' } },
      { status: 415, code: 'unsupported_media_type', field: 'content-encoding' },
    ],
    [
      'a playlist of a long name',
      { url: `/v1/playlists/${'x'.repeat(200)}` },
      { status: 404, code: 'not_found', field: 'id' },
    ],
    ['a playlist of no name', { url: '/v1/playlists/' }, { status: 404, code: 'not_found', field: 'id' }],
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

  it('names the methods that a route has', async () => {
    const reply = await service.app.inject({ method: 'OPTIONS', url: '/v1/search/batch' })
    expect(reply.statusCode).toBe(405)
    expect(reply.headers.allow).toBe('POST')
  })

  it.each([
    [
      'a path of 20,000 characters',
      `GET /v1/search?q=${'a'.repeat(20_000)} HTTP/1.1`,
      431,
      'headers_too_large',
    ],
    ['what is not HTTP', 'EHLO segue', 400, 'invalid_request'],
  ])('%s is answered before it is a request', async (_what, line, status, code) => {
    const reply = await exchange(service, `${line}\r\nHost: segue\r\n\r\n`)
    expect(reply).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(reply).toContain('content-type: application/problem+json')
    expect(JSON.parse(reply.split('\r\n\r\n')[1] ?? '')).toMatchObject({ status, code })
  })

  it('keeps the caller’s request id', async () => {
    const reply = await service.app.inject({ ...search('q='), headers: { 'x-request-id': 'abc-123' } })
    expect(reply.headers['x-request-id']).toBe('abc-123')
    expect(reply.json().requestId).toBe('abc-123')
  })
})
