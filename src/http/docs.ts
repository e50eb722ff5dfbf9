import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import { VERSION } from '../version.ts'

const describe = async (app: FastifyInstance): Promise<void> => {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Segue',
        version: VERSION,
        description: 'Semantic playlist search: a query in, ranked editorial and community playlists out.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      tags: [
        { name: 'search', description: 'From a query to ranked playlists' },
        { name: 'playlists', description: 'One playlist and its neighbours' },
        { name: 'embeddings', description: 'The model itself, for other tools' },
        { name: 'events', description: 'What listeners did with an answer' },
        { name: 'operations', description: 'Health, metrics, what is live' },
      ],
    },
    // Schemas keep their own names: clients are generated from them.
    refResolver: { buildLocalReference: (json, _base, _fragment, i) => String(json.$id ?? `def-${i}`) },
  })
  await app.register(swaggerUi, { routePrefix: '/docs' })
}

/** OpenAPI from the routes' own schemas, and a page that shows it. Applies to routes registered after it. */
export const documentRoutes = fastifyPlugin(describe)
