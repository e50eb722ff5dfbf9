import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Service } from '../../src/service.ts'
import { openTestService } from '../support/service.ts'

let service: Service
beforeAll(async () => {
  service = await openTestService()
})
afterAll(() => service.close())

const embed = (payload: object) => service.app.inject({ method: 'POST', url: '/v1/embeddings', payload })

interface Embeddings {
  readonly data: { index: number; embedding: number[] & string }[]
  readonly model: string
  readonly usage: { prompt_tokens: number; total_tokens: number }
}

describe('POST /v1/embeddings', () => {
  it('answers in the form of OpenAI’s API', async () => {
    const answer = (await embed({ input: ['indie folk', 'techno', 'indie folk'] })).json<Embeddings>()
    expect(answer).toMatchObject({ object: 'list', usage: { prompt_tokens: 11, total_tokens: 11 } })
    expect(answer.data.map((row) => row.index)).toEqual([0, 1, 2])
    expect(answer.data[0]?.embedding).toHaveLength(384)
    expect(Math.hypot(...(answer.data[0]?.embedding ?? []))).toBeCloseTo(1, 5)
    expect(answer.data[2]?.embedding).toEqual(answer.data[0]?.embedding)
    expect(answer.data[1]?.embedding).not.toEqual(answer.data[0]?.embedding)
  })

  it('sends base64 when asked, the same numbers', async () => {
    const floats = (await embed({ input: 'jazz' })).json<Embeddings>().data[0]?.embedding ?? []
    const coded =
      (await embed({ input: 'jazz', encoding_format: 'base64' })).json<Embeddings>().data[0]?.embedding ?? ''
    const bytes = Buffer.from(coded, 'base64')
    const decoded = Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(i * 4))
    expect(decoded).toEqual(floats)
  })

  it('takes many texts without being refused by its own queue', async () => {
    const reply = await embed({ input: Array.from({ length: 256 }, (_, i) => `mix number ${i}`) })
    expect(reply.json<Embeddings>().data).toHaveLength(256)
  })

  it.each([
    ['another model', { input: 'a', model: 'text-embedding-3-large' }, 'model'],
    ['other dimensions', { input: 'a', dimensions: 256 }, 'dimensions'],
    ['token arrays', { input: [[1, 2, 3]] }, 'input'],
    ['nothing', { input: [] }, 'input'],
    ['an unknown field', { input: 'a', truncate: true }, 'truncate'],
  ])('refuses %s in our form and in OpenAI’s', async (_what, body, field) => {
    const reply = await embed(body)
    expect(reply.statusCode).toBe(400)
    expect(reply.json()).toMatchObject({
      code: 'invalid_request',
      field: expect.stringContaining(field),
      error: { message: expect.any(String), code: 'invalid_request' },
    })
  })
})
