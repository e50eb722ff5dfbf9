import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { SegueError } from '../domain/errors.ts'
import { newSearchId } from '../events/search-id.ts'
import { playlistView } from '../search/hit.ts'
import { serverTiming } from '../telemetry/stages.ts'
import { answerBody } from './answer.ts'
import { errors } from './problem.ts'
import { PlaylistParams, SimilarQuery } from './schemas.ts'
import type { Services } from './services.ts'

export const playlistRoutes: FastifyPluginAsyncTypebox<Services> = async (app, services) => {
  app.get(
    '/v1/playlists/:id',
    {
      schema: {
        operationId: 'getPlaylist',
        tags: ['playlists'],
        summary: 'One playlist with all its tracks',
        params: PlaylistParams,
        response: { 200: Type.Ref('Playlist'), ...errors(404) },
      },
    },
    async (request) => {
      const [record] = services.catalog.get([request.params.id])
      if (!record) throw notFound(request.params.id)
      return playlistView(record)
    },
  )

  app.get(
    '/v1/playlists/:id/similar',
    {
      schema: {
        operationId: 'similarPlaylists',
        tags: ['playlists'],
        summary: 'The playlists closest in meaning to a playlist',
        params: PlaylistParams,
        querystring: SimilarQuery,
        response: { 200: Type.Ref('SearchAnswer'), ...errors(400, 404, 503) },
      },
    },
    async (request, reply) => {
      const start = performance.now()
      const { limit = 10, kind, language } = request.query
      const filter = {
        ...(kind === 'editorial' || kind === 'community' ? { kind } : {}),
        ...(language ? { languages: [language] } : {}),
      }
      const found = await services.search.similar(request.params.id, filter, limit)
      const total = performance.now() - start
      reply.header('server-timing', serverTiming(found.took, total))
      return answerBody(services, { limit, offset: 0 }, found, newSearchId(), total)
    },
  )
}

function notFound(id: string): SegueError {
  return new SegueError('not_found', `There is no playlist ${JSON.stringify(id)}`, {
    field: 'id',
    expected: 'an id that a search answered with',
  })
}
