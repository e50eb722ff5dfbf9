import { Type } from 'typebox'
import { afterEach, describe, expect, it } from 'vitest'
import type { LlmRequest } from '../../src/llm/llm.ts'
import { openEmbeddingEndpoint, openOpenAi } from '../../src/llm/openai.ts'
import { type Call, type OpenAiServer, type Reply, startOpenAiServer } from '../support/openai-server.ts'

let server: OpenAiServer | undefined
afterEach(async () => {
  await server?.close()
  server = undefined
})

const request: LlmRequest = {
  customId: 'test:a:1:0',
  messages: [
    { role: 'system', content: 'You answer.' },
    { role: 'user', content: 'Question' },
  ],
  schema: { name: 'answer', schema: Type.Object({ text: Type.String({ maxLength: 20 }) }) },
  maxTokens: 64,
  temperature: 0.2,
}

const GOOD: Reply = { answer: '{"text": "yes"}' }

/** A client of a server that replies by script, the last reply for ever. */
async function clientOf(
  replies: readonly (Reply | ((call: Call) => Reply))[],
  options: { retries?: number } = {},
) {
  server = await startOpenAiServer((call) => {
    const reply = replies[Math.min(call.number, replies.length - 1)] as Reply | ((call: Call) => Reply)
    return typeof reply === 'function' ? reply(call) : reply
  })
  return openOpenAi({
    baseUrl: server.baseUrl,
    model: 'm',
    apiKey: 'k',
    timeoutMs: 400,
    retries: options.retries ?? 4,
    firstWaitMs: 5,
  })
}

describe('openOpenAi', () => {
  it('asks with a strict, closed schema and the custom id as idempotency key', async () => {
    const llm = await clientOf([GOOD])
    expect(await llm.complete(request)).toMatchObject({
      customId: 'test:a:1:0',
      content: '{"text": "yes"}',
      model: 'm-2026',
      usage: { promptTokens: 100, completionTokens: 50 },
      truncated: false,
    })
    const [call] = server?.calls ?? []
    expect(call?.key).toBe('test:a:1:0')
    expect(call?.body).toMatchObject({
      model: 'm',
      max_tokens: 64,
      temperature: 0.2,
      response_format: {
        type: 'json_schema',
        json_schema: {
          name: 'answer',
          strict: true,
          schema: {
            additionalProperties: false,
            required: ['text'],
            properties: { text: { maxLength: 20 } },
          },
        },
      },
    })
  })

  it.each<[string, Reply]>([
    ['500', { status: 500 }],
    ['408', { status: 408 }],
    ['a cut connection', { fault: 'cut' }],
    ['a connection cut inside the body', { fault: 'cut-in-body' }],
    ['malformed JSON', { fault: 'malformed' }],
    ['a server that never answers', { fault: 'hang' }],
    ['a body that never ends', { fault: 'hang-in-body' }],
  ])('gets over %s', async (_, fault) => {
    const llm = await clientOf([fault, GOOD])
    expect((await llm.complete(request)).content).toBe('{"text": "yes"}')
    expect(server?.calls).toHaveLength(2)
  })

  it('waits as long as Retry-After says, and holds back the other calls too', async () => {
    const arrivals: number[] = []
    const llm = await clientOf([
      { status: 429, headers: { 'retry-after': '1' } },
      () => {
        arrivals.push(Date.now())
        return GOOD
      },
    ])
    const first = llm.complete(request)
    await new Promise((resolve) => setTimeout(resolve, 150))
    const started = Date.now()
    await Promise.all([first, llm.complete(request), llm.complete(request)])
    expect(arrivals).toHaveLength(3)
    // 150 ms of the second are gone, and the timer may be a little early.
    expect(Math.min(...arrivals) - started).toBeGreaterThan(700)
  })

  it('gives up after its retries with the endpoint named', async () => {
    const llm = await clientOf([{ status: 503 }], { retries: 2 })
    await expect(llm.complete(request)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining(server?.baseUrl ?? '?'),
    })
    expect(server?.calls).toHaveLength(3)
  })

  it.each([
    ['an unknown model', { status: 404, message: 'no such model' }],
    ['a bad key', { status: 401 }],
    ['an empty purse', { status: 429, code: 'insufficient_quota' }],
  ] as const)('does not retry %s', async (_, reply) => {
    const llm = await clientOf([reply])
    await expect(llm.complete(request)).rejects.toMatchObject({ code: 'invalid_config' })
    expect(server?.calls).toHaveLength(1)
  })

  it('steps down to the response format that the server takes, and stays there', async () => {
    const llm = await clientOf([
      (call) =>
        call.body.response_format?.type === 'json_schema'
          ? { status: 400, message: 'response_format json_schema is not supported' }
          : GOOD,
    ])
    await llm.complete(request)
    await llm.complete(request)
    expect(server?.calls.map((call) => call.body.response_format?.type)).toEqual([
      'json_schema',
      'json_schema',
      'json_object',
      'json_object',
    ])
    expect(new Set(server?.calls.map((call) => call.key)).size).toBe(3)
    // Without a schema on the wire, the prompt carries it.
    expect(server?.calls.at(-1)?.body.messages[0]?.content).toContain('"maxLength":20')
  })

  it('leaves out bounds that a strict mode refuses before it gives up the schema', async () => {
    const llm = await clientOf([
      (call) =>
        JSON.stringify(call.body.response_format ?? {}).includes('maxLength')
          ? { status: 400, message: 'maxLength is not permitted' }
          : GOOD,
    ])
    await llm.complete(request)
    expect(server?.calls.map((call) => call.body.response_format?.type)).toEqual([
      'json_schema',
      'json_schema',
    ])
  })

  it('refuses a request that no format helps, and goes on strictly with the next', async () => {
    const llm = await clientOf([
      (call) =>
        call.body.messages.at(-1)?.content === 'Bad' ? { status: 400, message: 'content policy' } : GOOD,
    ])
    const bad = { ...request, messages: [{ role: 'user', content: 'Bad' }] as const }
    await expect(llm.complete(bad)).rejects.toMatchObject({ code: 'invalid_request' })
    await llm.complete(request)
    expect(server?.calls.at(-1)?.body.response_format?.type).toBe('json_schema')
  })

  it('learns the parameters of newer models from their refusals', async () => {
    const llm = await clientOf([
      (call) => {
        if ('max_tokens' in call.body) return { status: 400, message: "use 'max_completion_tokens' instead" }
        if ('temperature' in call.body) return { status: 400, message: "'temperature' does not support 0.2" }
        return GOOD
      },
    ])
    await llm.complete(request)
    expect(server?.calls).toHaveLength(3)
    expect(server?.calls.at(-1)?.body).toMatchObject({ max_completion_tokens: 64 })
  })

  it('says where an answer was cut', async () => {
    const llm = await clientOf([{ answer: '{"text": "ye', finishReason: 'length' }])
    expect(await llm.complete(request)).toMatchObject({ truncated: true })
  })
})

describe('openEmbeddingEndpoint', () => {
  it('normalises vectors and puts them in the order asked', async () => {
    server = await startOpenAiServer(() => ({
      vectors: [
        [3, 4],
        [0, 2],
      ],
    }))
    const endpoint = { baseUrl: server.baseUrl, model: 'e', apiKey: 'k', timeoutMs: 1000, retries: 0 }
    const [a, b] = await openEmbeddingEndpoint(endpoint).embed(['a', 'b'])
    expect([...(a ?? [])]).toEqual([Math.fround(0.6), Math.fround(0.8)])
    expect([...(b ?? [])]).toEqual([0, 1])
    await expect(openEmbeddingEndpoint(endpoint).embed(['a'])).rejects.toThrow(
      'asked for 1 embeddings, got 2',
    )
  })
})
