import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import PQueue from 'p-queue'
import { Type } from 'typebox'
import { SegueError } from '../domain/errors.ts'
import { errors, problemReply } from './problem.ts'
import type { Services } from './services.ts'

const MOST_INPUTS = 256
const MOST_CHARACTERS = 20_000
const Input = Type.String({ minLength: 1, maxLength: MOST_CHARACTERS })

const Body = Type.Object(
  {
    input: Type.Union([Input, Type.Array(Input, { minItems: 1, maxItems: MOST_INPUTS })], {
      description: 'Text or texts. Token arrays are not read: word-pieces are this model’s own',
    }),
    model: Type.Optional(Type.String({ description: 'When given, it must be the model that is live' })),
    encoding_format: Type.Optional(
      Type.Unsafe<'float' | 'base64'>({ type: 'string', enum: ['float', 'base64'], default: 'float' }),
    ),
    dimensions: Type.Optional(Type.Integer({ description: 'When given, it must be the model’s own' })),
    input_type: Type.Optional(
      Type.Unsafe<'query' | 'document'>({
        type: 'string',
        enum: ['query', 'document'],
        default: 'query',
        description: 'Not in OpenAI’s API: some models embed queries and documents apart',
      }),
    ),
    user: Type.Optional(Type.String({ description: 'Taken for compatibility and not kept' })),
  },
  {
    additionalProperties: false,
    examples: [{ input: ['rainy sunday indie folk'], model: 'segue-minilm-v1' }],
  },
)

const Answer = Type.Object({
  object: Type.Literal('list'),
  data: Type.Array(
    Type.Object({
      object: Type.Literal('embedding'),
      index: Type.Integer(),
      embedding: Type.Unsafe<number[] | string>({
        anyOf: [{ type: 'array', items: { type: 'number' } }, { type: 'string' }],
      }),
    }),
  ),
  model: Type.String(),
  usage: Type.Object({ prompt_tokens: Type.Integer(), total_tokens: Type.Integer() }),
})

export const embeddingRoutes: FastifyPluginAsyncTypebox<Services> = async (app, { embedder }) => {
  // OpenAI's clients look for `error` in a failed answer; ours is there beside it.
  app.setErrorHandler((thrown: unknown, request, reply) =>
    problemReply(thrown, request, reply, ({ detail, title, field, code }) => ({
      error: { message: detail, type: title, param: field ?? null, code },
    })),
  )

  app.post(
    '/v1/embeddings',
    {
      schema: {
        operationId: 'createEmbeddings',
        tags: ['embeddings'],
        summary: 'Vectors of texts, in the form of OpenAI’s API',
        body: Body,
        response: { 200: Answer, ...errors(400, 413, 415, 503) },
      },
    },
    async (request) => {
      const { input, model, encoding_format, dimensions, input_type = 'query' } = request.body
      demand('model', model, embedder.info.model)
      demand('dimensions', dimensions, embedder.info.dimensions)
      const texts = typeof input === 'string' ? [input] : input
      // Not all at once: one large request must not fill the queue that searches wait in.
      const queue = new PQueue({ concurrency: embedder.info.window })
      const embeddings = await queue
        .addAll(texts.map((text) => () => embedder.embed(text, input_type)))
        .finally(() => queue.clear())
      const tokens = embeddings.reduce((sum, embedding) => sum + embedding.tokens, 0)
      return {
        object: 'list' as const,
        data: embeddings.map(({ vector }, index) => ({
          object: 'embedding' as const,
          index,
          embedding: encoding_format === 'base64' ? base64(vector) : Array.from(vector),
        })),
        model: embedder.info.model,
        usage: { prompt_tokens: tokens, total_tokens: tokens },
      }
    },
  )
}

function demand<T>(field: string, given: T | undefined, live: T): void {
  if (given === undefined || given === live) return
  throw new SegueError('invalid_request', `The ${field} ${JSON.stringify(given)} is not live here`, {
    field,
    expected: JSON.stringify(live),
  })
}

/** Little-endian float32, as OpenAI's API sends it. */
function base64(vector: Float32Array): string {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64')
}
