import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { SegueError } from '../domain/errors.ts'
import { ListenerEvent } from '../events/event.ts'
import { MAX_EVENTS, parseEvents } from '../events/parse.ts'
import { errors, problemReply } from './problem.ts'
import type { Services } from './services.ts'

const Body = Type.Object(
  { events: Type.Array(ListenerEvent, { minItems: 1, maxItems: MAX_EVENTS }) },
  {
    additionalProperties: false,
    examples: [
      {
        events: [
          {
            searchId: '0192f0c1-7c3a-7b1e-9d53-6a4f0c2b8e11',
            type: 'play',
            playlistId: 'cpl-6e93b9e4ba',
            position: 1,
            seconds: 184,
            user: 'listener-4711',
          },
        ],
      },
    ],
  },
)

/** What listeners did with what a search showed. */
export const eventRoutes: FastifyPluginAsyncTypebox<Services> = async (app, { events, metrics }) => {
  app.post(
    '/v1/events',
    {
      schema: {
        operationId: 'recordEvents',
        tags: ['events'],
        summary: 'Record what a listener did with an answer',
        description:
          'All or none of a batch is refused; what was accepted is in the log. 404 where no log is kept.',
        body: Body,
        response: { 202: Type.Object({ accepted: Type.Integer() }), ...errors(400, 404, 413, 415, 503) },
      },
      // parseEvents finds every bad event, not only the first.
      validatorCompiler: () => () => true,
    },
    async (request, reply) => {
      const parsed = parseEvents(request.body)
      if (!parsed.ok) {
        const [first] = parsed.problems
        const error = new SegueError('invalid_request', first?.detail ?? 'The events are not valid', {
          ...(first ? { field: first.field, expected: first.expected } : {}),
        })
        return problemReply(error, request, reply, { errors: parsed.problems })
      }
      await events.append(parsed.events)
      metrics.eventsAccepted(parsed.events.length)
      return reply.code(202).send({ accepted: parsed.events.length })
    },
  )
}
