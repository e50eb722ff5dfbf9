import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

export interface ChatBody {
  readonly model: string
  readonly messages: readonly { readonly role: string; readonly content: string }[]
  readonly response_format?: { readonly type: string; readonly json_schema?: { readonly schema: unknown } }
  readonly [field: string]: unknown
}

export interface Call {
  readonly number: number
  readonly path: string
  /** The Idempotency-Key: which question this is. */
  readonly key: string
  readonly body: ChatBody & { readonly input?: readonly string[] }
  /** Whether the whole answer went out. */
  finished: boolean
}

/** What goes wrong with a call; `answer` is what goes right. */
export type Reply =
  | { readonly answer: string; readonly afterMs?: number; readonly finishReason?: string }
  | {
      readonly status: number
      readonly headers?: Record<string, string>
      readonly message?: string
      readonly code?: string
    }
  | { readonly fault: 'cut' | 'cut-in-body' | 'malformed' | 'hang' | 'hang-in-body' }
  | { readonly vectors: readonly (readonly number[])[] }

export interface OpenAiServer {
  readonly baseUrl: string
  readonly calls: readonly Call[]
  close(): Promise<void>
}

/** A server that speaks OpenAI's protocol over real HTTP and fails as its script says. */
export async function startOpenAiServer(reply: (call: Call) => Reply): Promise<OpenAiServer> {
  const calls: Call[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer)
    } catch {
      return
    }
    const call: Call = {
      number: calls.length,
      path: request.url ?? '',
      key: String(request.headers['idempotency-key'] ?? ''),
      body: JSON.parse(Buffer.concat(chunks).toString('utf8')) as Call['body'],
      finished: false,
    }
    calls.push(call)
    response.on('finish', () => {
      call.finished = true
    })
    await send(response, call, reply(call))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    calls,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

async function send(response: ServerResponse, call: Call, reply: Reply): Promise<void> {
  const json = (status: number, body: unknown, headers: Record<string, string> = {}) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
  if ('vectors' in reply) {
    // Out of order on purpose: the index says which vector belongs to which text.
    const data = reply.vectors
      .map((embedding, index) => ({ object: 'embedding', index, embedding }))
      .reverse()
    json(200, { object: 'list', data, model: call.body.model, usage: { prompt_tokens: 1, total_tokens: 1 } })
  } else if ('status' in reply) {
    const { status, message = 'scripted', code = null, headers } = reply
    json(status, { error: { message, type: 'scripted', param: null, code } }, headers)
  } else if ('fault' in reply) {
    fail(response, reply.fault)
  } else {
    if (reply.afterMs) await sleep(reply.afterMs)
    json(200, {
      id: `chatcmpl-${call.number}`,
      object: 'chat.completion',
      created: Math.floor(Date.now() / 1000),
      model: `${call.body.model}-2026`,
      choices: [
        {
          index: 0,
          finish_reason: reply.finishReason ?? 'stop',
          message: { role: 'assistant', content: reply.answer },
        },
      ],
      usage: { prompt_tokens: 100, completion_tokens: 50, total_tokens: 150 },
    })
  }
}

function fail(
  response: ServerResponse,
  fault: 'cut' | 'cut-in-body' | 'malformed' | 'hang' | 'hang-in-body',
): void {
  if (fault === 'hang') return
  if (fault === 'cut') {
    response.socket?.destroy()
    return
  }
  response.writeHead(200, { 'content-type': 'application/json' })
  if (fault === 'malformed') response.end('{"choices": [{"message": {"content": "half')
  else {
    response.write('{"choices": [{"message"')
    if (fault === 'cut-in-body') setTimeout(() => response.socket?.destroy(), 10)
  }
}
