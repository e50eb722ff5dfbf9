import { setImmediate as nextTurn } from 'node:timers/promises'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import PQueue from 'p-queue'
import { Type } from 'typebox'
import type { Filter } from '../domain/filter.ts'
import { newSearchId } from '../events/search-id.ts'
import type { SearchRequest } from '../search/request.ts'
import { serverTiming } from '../telemetry/stages.ts'
import { answerBody } from './answer.ts'
import { errors, toProblem, toSegueError } from './problem.ts'
import { reportSearch } from './report.ts'
import { BatchAnswer, BatchBody, SearchBody, SearchHeaders, SearchQuery } from './schemas.ts'
import type { Services } from './services.ts'

export const searchRoutes: FastifyPluginAsyncTypebox<Services> = async (app, services) => {
  // A stop waits for the reports of the last answers, or the behaviour log would lose them.
  app.addHook('onClose', () => nextTurn())

  async function answer(request: FastifyRequest, asked: SearchRequest) {
    const start = performance.now()
    const found = await services.search.search(asked)
    const total = performance.now() - start
    const searchId = newSearchId()
    // The answer goes out first: nobody waits for the books to be kept.
    setImmediate(() => {
      try {
        reportSearch(services, request, asked, found, searchId, total)
      } catch (error) {
        request.log.error(error, 'a search could not be reported')
      }
    })
    return {
      body: answerBody(services, asked, found, searchId, total),
      timing: serverTiming(found.took, total),
    }
  }

  const send = async (request: FastifyRequest, reply: FastifyReply, asked: SearchRequest) => {
    const { body, timing } = await answer(request, asked)
    reply.header('server-timing', timing)
    return body
  }

  app.get(
    '/v1/search',
    {
      schema: {
        operationId: 'search',
        tags: ['search'],
        summary: 'Search playlists',
        headers: SearchHeaders,
        querystring: SearchQuery,
        response: { 200: Type.Ref('SearchAnswer'), ...errors(400, 503) },
      },
    },
    (request, reply) => {
      const { language, ...query } = request.query
      return send(
        request,
        reply,
        asRequest({ ...query, ...(language ? { languages: [language] } : {}) }, request),
      )
    },
  )

  app.post(
    '/v1/search',
    {
      schema: {
        operationId: 'searchFiltered',
        tags: ['search'],
        summary: 'Search playlists with filters',
        headers: SearchHeaders,
        body: SearchBody,
        response: { 200: Type.Ref('SearchAnswer'), ...errors(400, 413, 415, 503) },
      },
    },
    (request, reply) => send(request, reply, asRequest(request.body, request)),
  )

  app.post(
    '/v1/search/batch',
    {
      schema: {
        operationId: 'searchBatch',
        tags: ['search'],
        summary: 'Up to 100 searches in one request',
        headers: SearchHeaders,
        body: BatchBody,
        response: { 200: BatchAnswer, ...errors(400, 413, 415, 503) },
      },
    },
    async (request) => {
      const start = performance.now()
      // Not all at once: more would only wait in the embedding queue, and fill it for others.
      const queue = new PQueue({ concurrency: services.embedder.info.window })
      const results = await queue.addAll(
        request.body.queries.map((query) => async () => {
          try {
            return (await answer(request, asRequest(query, request))).body
          } catch (error) {
            return toProblem(toSegueError(error), request.id)
          }
        }),
      )
      return { results, took: { total: performance.now() - start } }
    },
  )
}

type Asked = Partial<Omit<SearchRequest, 'filter'>> & { q: string; kind?: string; group?: string } & Omit<
    Filter,
    'kind'
  >

function asRequest(asked: Asked, request: FastifyRequest): SearchRequest {
  const { q, limit = 10, offset = 0, explain = false, group, kind, ...filter } = asked
  return {
    q,
    limit,
    offset,
    explain,
    groupByKind: group === 'kind',
    filter: kind === 'editorial' || kind === 'community' ? { ...filter, kind } : filter,
    bypassCache: /no-cache|no-store/i.test(request.headers['cache-control'] ?? ''),
  }
}
