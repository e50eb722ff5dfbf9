import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'

/** The search page: plain files that use the public API as any app would. */
export async function pageRoutes(app: FastifyInstance): Promise<void> {
  await app.register(fastifyStatic, {
    root: fileURLToPath(new URL('../../page', import.meta.url)),
    prefix: '/',
    // A route for each file: any other path is answered as everywhere else.
    wildcard: false,
    schemaHide: true,
    // Asked again each time (ETag): modules of two versions must not mix after an upgrade.
    maxAge: 0,
    setHeaders(reply) {
      reply.header(
        'content-security-policy',
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
      )
      reply.header('x-content-type-options', 'nosniff')
      reply.header('referrer-policy', 'same-origin')
    },
  })
}
