import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Services } from './services.ts'

const Ready = Type.Object({
  ready: Type.Boolean(),
  embedWorkers: Type.Integer(),
  redis: Type.Unsafe<'up' | 'down' | 'none'>({ type: 'string', enum: ['up', 'down', 'none'] }),
})

const Info = Type.Object({
  version: Type.String(),
  model: Type.Object({
    name: Type.String(),
    fingerprint: Type.String(),
    dimensions: Type.Integer(),
    maxTokens: Type.Integer(),
    precision: Type.String(),
  }),
  index: Type.Object({
    name: Type.String(),
    fingerprint: Type.String(),
    documentVersion: Type.String(),
    counts: Type.Record(Type.String(), Type.Integer()),
    recallAt10: Type.Unknown({
      description: 'Of the approximate search against the exact one, measured at build',
    }),
  }),
  embedding: Type.Object({
    provider: Type.String({ description: 'The execution provider that is really live' }),
    requestedProviders: Type.Array(Type.String()),
    workers: Type.Integer(),
    workersUp: Type.Integer(),
  }),
  cache: Type.Object({
    layers: Type.Array(Type.String()),
    redisUp: Type.Unsafe<boolean | null>({ type: ['boolean', 'null'] }),
  }),
})

/** What operators and orchestrators ask. */
export const operationRoutes: FastifyPluginAsyncTypebox<Services> = async (app, services) => {
  const { embedder, cache, about, metrics } = services

  app.get(
    '/v1/info',
    {
      schema: {
        operationId: 'info',
        tags: ['operations'],
        summary: 'What is live: model, index, provider, cache',
        response: { 200: Info },
      },
    },
    async () => {
      const { model, fingerprint, dimensions, maxTokens, precision, provider, requestedProviders, workers } =
        embedder.info
      return {
        version: about.version,
        model: { name: model, fingerprint, dimensions, maxTokens, precision },
        index: about.index,
        embedding: {
          provider,
          requestedProviders: [...requestedProviders],
          workers,
          workersUp: embedder.status().workersUp,
        },
        cache: { layers: [...cache.status().layers], redisUp: cache.status().redisUp },
      }
    },
  )

  app.get(
    '/livez',
    {
      schema: {
        operationId: 'livez',
        tags: ['operations'],
        summary: 'Whether the process answers at all; restart it when not',
        response: { 200: Type.Object({ alive: Type.Literal(true) }) },
      },
    },
    async () => ({ alive: true as const }),
  )

  app.get(
    '/readyz',
    {
      schema: {
        operationId: 'readyz',
        tags: ['operations'],
        summary: 'Whether searches may be sent here. A dead Redis is a slower cache, not a reason to stop',
        response: { 200: Ready, 503: Ready },
      },
    },
    async (_request, reply) => {
      const { workersUp } = embedder.status()
      const { redisUp } = cache.status()
      const ready = workersUp > 0
      const redis = redisUp === null ? ('none' as const) : redisUp ? ('up' as const) : ('down' as const)
      return reply.code(ready ? 200 : 503).send({ ready, embedWorkers: workersUp, redis })
    },
  )

  app.get(
    '/metrics',
    {
      schema: {
        operationId: 'metrics',
        tags: ['operations'],
        summary: 'Prometheus metrics',
        response: { 200: { content: { 'text/plain': { schema: Type.String() } } } },
      },
    },
    async (_request, reply) => {
      const { contentType, body } = await metrics.scrape()
      return reply.type(contentType).send(body)
    },
  )
}
