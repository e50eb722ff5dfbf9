import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { type ErrorCode, messageOf, SegueError } from '../domain/errors.ts'

/** RFC 9457 problem details. `code` is stable: programs may switch on it. */
export const Problem = Type.Object(
  {
    type: Type.String({
      description: 'A URI for the kind of problem',
      examples: ['urn:segue:problem:query_empty'],
    }),
    title: Type.String({ description: 'The status in words' }),
    status: Type.Integer(),
    code: Type.String({ description: 'Stable name of the problem', examples: ['query_empty'] }),
    detail: Type.String({ description: 'What is wrong, for people' }),
    field: Type.Optional(Type.String({ description: 'Where: the request field' })),
    expected: Type.Optional(Type.String({ description: 'What would be right' })),
    requestId: Type.String(),
    errors: Type.Optional(
      Type.Array(Type.Object({ field: Type.String(), detail: Type.String(), expected: Type.String() }), {
        description: 'Every bad event of a batch; on /v1/events only',
      }),
    ),
    error: Type.Optional(
      Type.Object(
        {
          message: Type.String(),
          type: Type.String(),
          param: Type.Unsafe<string | null>({ type: ['string', 'null'] }),
          code: Type.String(),
        },
        { description: 'The same in the form of OpenAI’s API; on /v1/embeddings only' },
      ),
    ),
  },
  { $id: 'Problem', description: 'RFC 9457 problem details' },
)

const STATUS: Readonly<Record<ErrorCode, number>> = {
  invalid_request: 400,
  query_empty: 400,
  query_too_long: 400,
  query_malformed: 400,
  not_found: 404,
  method_not_allowed: 405,
  request_timeout: 408,
  body_too_large: 413,
  unsupported_media_type: 415,
  headers_too_large: 431,
  overloaded: 503,
  unavailable: 503,
  shutting_down: 503,
  timeout: 504,
  invalid_config: 500,
  invalid_input: 500,
  invalid_artefact: 500,
  incompatible_artefacts: 500,
  provider_unavailable: 500,
  internal: 500,
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
}

export interface ProblemBody {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: ErrorCode
  readonly detail: string
  readonly field?: string
  readonly expected?: string
  readonly requestId: string
}

/** The failed answers of a route, for its schema. */
export function errors(...statuses: number[]): Record<number, unknown> {
  const body = (status: number) => ({
    description: TITLES[status] ?? 'Error',
    content: { 'application/problem+json': { schema: Type.Ref('Problem') } },
  })
  return Object.fromEntries(statuses.map((status) => [status, body(status)]))
}

/** The problem of an error. What the caller did is said in full; what broke inside is for the log only. */
export function toProblem(error: SegueError, requestId: string): ProblemBody {
  const status = STATUS[error.code]
  const ours = status === 500
  return {
    type: `urn:segue:problem:${error.code}`,
    title: TITLES[status] ?? 'Error',
    status,
    code: ours ? 'internal' : error.code,
    detail: ours ? 'Something went wrong inside; the log has it under this requestId' : error.message,
    ...(error.field !== undefined && !ours ? { field: error.field } : {}),
    ...(error.expected !== undefined && !ours ? { expected: error.expected } : {}),
    requestId,
  }
}

/** Any error of a request as one of ours: Fastify's own and the validator's have codes here too. */
export function toSegueError(error: unknown): SegueError {
  if (error instanceof SegueError) return error
  const fastify = error as Partial<FastifyError>
  if (fastify.validation) return validationError(fastify)
  switch (fastify.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new SegueError('body_too_large', 'The request body is too large', {
        field: 'body',
        cause: error,
      })
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new SegueError('unsupported_media_type', 'The body is of a type that this route does not read', {
        field: 'content-type',
        expected: 'application/json',
        cause: error,
      })
    case 'FST_ERR_BAD_URL':
      return new SegueError('invalid_request', messageOf(error), {
        field: 'path',
        expected: 'percent-encoded UTF-8; % itself is %25',
        cause: error,
      })
  }
  // A path out of the folder that files are served from: whatever lies there is not ours to speak of.
  if (fastify.statusCode === 403)
    return new SegueError('not_found', 'There is no such file', { cause: error })
  if (fastify.statusCode !== undefined && fastify.statusCode >= 400 && fastify.statusCode < 500) {
    return new SegueError('invalid_request', messageOf(error), {
      field: 'body',
      expected: 'valid JSON',
      cause: error,
    })
  }
  return new SegueError('internal', messageOf(error), { cause: error })
}

function validationError(error: Partial<FastifyError>): SegueError {
  const first = error.validation?.[0]
  const path = (first?.instancePath ?? '').split('/').filter(Boolean)
  const params = (first?.params ?? {}) as Record<string, unknown>
  const named = params.additionalProperty ?? params.missingProperty
  const field =
    [...path, ...(typeof named === 'string' ? [named] : [])].join('.') || (error.validationContext ?? 'body')
  if (first?.keyword === 'additionalProperties') {
    return new SegueError('invalid_request', `There is no field ${JSON.stringify(named)} here`, {
      field,
      expected: 'only the fields that /docs lists for this route',
    })
  }
  if (first?.keyword === 'required') {
    return new SegueError('invalid_request', `The field ${JSON.stringify(named)} is missing`, {
      field,
      expected: `${String(named)} in the ${error.validationContext === 'querystring' ? 'query string' : 'body'}`,
    })
  }
  return new SegueError(
    'invalid_request',
    `The field ${JSON.stringify(field)} ${first?.message ?? 'is not valid'}`,
    {
      field,
      expected: allowed(params) ?? first?.message ?? 'see /docs',
    },
  )
}

function allowed(params: Record<string, unknown>): string | undefined {
  if (Array.isArray(params.allowedValues)) return `one of ${params.allowedValues.join(', ')}`
  return undefined
}

/**
 * Answers with the problem of whatever was thrown. Only what is our own fault is logged as an error.
 *
 * @param extra members that one route adds to its problems (RFC 9457, 3.2)
 */
export function problemReply(
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  extra?: object | ((problem: ProblemBody) => object),
): FastifyReply {
  const error = toSegueError(thrown)
  const problem = toProblem(error, request.id)
  if (problem.status === 500) request.log.error({ err: thrown }, 'request failed')
  if (problem.status === 503) reply.header('retry-after', Math.ceil(error.retryAfter ?? 1))
  const more = typeof extra === 'function' ? extra(problem) : extra
  return reply
    .code(problem.status)
    .type('application/problem+json')
    .send({ ...problem, ...more })
}

/** Every error, thrown anywhere, leaves as problem details. */
export function installProblems(app: FastifyInstance): void {
  app.setErrorHandler((thrown: unknown, request, reply) => problemReply(thrown, request, reply))
  app.setNotFoundHandler((request, reply) => {
    const error = new SegueError('not_found', `There is no ${request.method} ${request.url.split('?')[0]}`, {
      expected: 'a route that /docs lists',
    })
    return problemReply(error, request, reply)
  })
}
