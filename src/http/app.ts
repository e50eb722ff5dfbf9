import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { Ajv } from 'ajv'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import { documentRoutes } from './docs.ts'
import { embeddingRoutes } from './embeddings.ts'
import { eventRoutes } from './events.ts'
import { operationRoutes } from './operations.ts'
import { pageRoutes } from './page.ts'
import { playlistRoutes } from './playlists.ts'
import { installProblems, Problem, problemReply } from './problem.ts'
import { refuseOtherMethods, refuseUnreadable, unreadEncoding } from './refuse.ts'
import { Hit, PlaylistView, SearchAnswer } from './schemas.ts'
import { searchRoutes } from './search.ts'
import type { Services } from './services.ts'

// Query strings are text, so "10" may become 10 there; in a JSON body it is a mistake of the caller.
const validators = {
  querystring: new Ajv({ coerceTypes: true, useDefaults: true, strict: false }),
  body: new Ajv({ coerceTypes: false, useDefaults: true, strict: false }),
}

/** The HTTP edge: routes, their schemas, error answers and one log line a request. Not yet listening. */
export async function buildApp(services: Services): Promise<FastifyInstance> {
  const app = Fastify({
    loggerInstance: services.log as FastifyBaseLogger,
    trustProxy: services.trustProxy,
    bodyLimit: services.bodyLimit,
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: 'idle',
    requestIdHeader: 'x-request-id',
    // Else an id of more than 100 characters would not be looked up: the router takes it for another path.
    routerOptions: { maxParamLength: 16_384 },
    frameworkErrors: (error, request, reply) => {
      problemReply(error, request, reply.header('x-request-id', request.id))
    },
    clientErrorHandler: refuseUnreadable,
  }).withTypeProvider<TypeBoxTypeProvider>()

  app.setValidatorCompiler(({ schema, httpPart }) =>
    (httpPart === 'body' ? validators.body : validators.querystring).compile(schema),
  )
  // Answers are mostly text, which V8 writes three times as fast as serialisers compiled from the schemas. That answers
  // are what the schemas say is held by a test (test/http/openapi.test.ts).
  app.setSerializerCompiler(() => JSON.stringify)
  installProblems(app)
  for (const schema of [Problem, Hit, PlaylistView, SearchAnswer]) app.addSchema(schema)

  // With callbacks: for each request, promises cost more than what these hooks do.
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown'
    services.metrics.request(route, request.method, reply.statusCode, reply.elapsedTime / 1000)
    request.log.debug(
      { route, method: request.method, status: reply.statusCode, ms: reply.elapsedTime },
      'request',
    )
    done()
  })
  // An answer that was in flight when the stop began must take its connection along, or the stop waits for it to idle.
  let stopping = false
  app.addHook('preClose', async () => {
    stopping = true
  })
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (stopping) reply.header('connection', 'close')
    done()
  })
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id)
    done(unreadEncoding(request))
  })

  const routesAreComplete = refuseOtherMethods(app)
  await app.register(documentRoutes)
  for (const routes of [searchRoutes, playlistRoutes, embeddingRoutes, eventRoutes, operationRoutes]) {
    await app.register(routes, services)
  }
  await app.register(pageRoutes)
  routesAreComplete()
  return app
}
