import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import type { ConnectionError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { SegueError } from '../domain/errors.ts'
import { problemReply, toProblem } from './problem.ts'

/**
 * Answers 405 with `Allow` (RFC 9110, 15.5.6) where the API has the path and not the method. To be called before
 * the routes are added; what it returns, after the last of them.
 */
export function refuseOtherMethods(app: FastifyInstance): () => void {
  const methods = new Map<string, Set<string>>()
  app.addHook('onRoute', ({ url, method, schema }) => {
    if (!schema || ('hide' in schema && schema.hide)) return // files, not the API
    const known = methods.get(url) ?? new Set()
    for (const name of [method].flat()) known.add(name)
    methods.set(url, known)
  })
  return () => {
    for (const [url, known] of [...methods]) {
      const allow = [...known].sort().join(', ')
      const others = app.supportedMethods.filter((method) => !known.has(method))
      const refuse = async (request: FastifyRequest, reply: FastifyReply) => {
        const error = new SegueError('method_not_allowed', `${url} does not know ${request.method}`, {
          field: 'method',
          expected: allow,
        })
        return problemReply(error, request, reply.header('allow', allow))
      }
      // Before the body is read: what is wrong with it does not matter then.
      app.route({ url, method: others, schema: { hide: true }, onRequest: refuse, handler: refuse })
    }
  }
}

/** The error of a compressed body, which would be taken for broken JSON; undefined where the body is as it is. */
export function unreadEncoding(request: FastifyRequest): SegueError | undefined {
  const encoding = request.headers['content-encoding']
  if (encoding === undefined || encoding === 'identity') return undefined
  const message = `The body is encoded as ${encoding}, which is not read here`
  return new SegueError('unsupported_media_type', message, {
    field: 'content-encoding',
    expected: 'a body as it is',
  })
}

/** For what Node could not read as a request: there is none to answer yet, only a socket. */
export function refuseUnreadable(this: FastifyInstance, cause: ConnectionError, socket: Socket): void {
  if (cause.code === 'ECONNRESET' || socket.destroyed) return
  const problem = toProblem(unreadable(cause), randomUUID())
  this.log.debug({ err: cause, requestId: problem.requestId }, 'unreadable request')
  const body = JSON.stringify(problem)
  if (socket.writable) {
    socket.write(
      [
        `HTTP/1.1 ${problem.status} ${problem.title}`,
        'content-type: application/problem+json; charset=utf-8',
        `content-length: ${Buffer.byteLength(body)}`,
        'connection: close',
        '',
        body,
      ].join('\r\n'),
    )
  }
  socket.destroySoon()
}

function unreadable(cause: ConnectionError): SegueError {
  switch (cause.code) {
    case 'HPE_HEADER_OVERFLOW':
      return new SegueError('headers_too_large', 'The path and the headers are too long to be read', {
        field: 'headers',
        expected: 'less than 16 KiB; POST /v1/search takes a query in its body',
        cause,
      })
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new SegueError('request_timeout', 'The request did not arrive in time', { cause })
    default:
      return new SegueError('invalid_request', 'This is not an HTTP request', { expected: 'HTTP/1.1', cause })
  }
}
