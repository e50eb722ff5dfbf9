import { expect, it } from 'vitest'
import { openSecondRanking } from '../../../src/pipeline/candidates/second-endpoint.ts'
import { playlist } from '../../support/curator.ts'
import { startOpenAiServer } from '../../support/openai-server.ts'

it('ranks the playlists by a second model over HTTP, in batches, over a fault', async () => {
  // A one-hot "model": the number in the text says which direction it is.
  const embed = (text: string) =>
    Array.from({ length: 100 }, (_, i) => (text.includes(`List p${i}.`) ? 1 : 0.01 * i))
  let failed = false
  const server = await startOpenAiServer((call) => {
    if (!failed) {
      failed = true
      return { status: 500 }
    }
    return { vectors: (call.body.input ?? []).map(embed) }
  })
  try {
    async function* playlists() {
      for (let i = 0; i < 100; i++) yield { playlist: playlist(`p${i}`), curation: undefined }
    }
    const endpoint = {
      baseUrl: server.baseUrl,
      model: 'titan',
      apiKey: 'k',
      timeoutMs: 2000,
      retries: 2,
      firstWaitMs: 5,
    }
    const ranking = await openSecondRanking(endpoint, playlists())
    expect(server.calls.map((call) => call.body.input?.length)).toEqual([64, 64, 36])
    expect((await ranking.rank('List p42. please', 3))[0]).toBe('p42')
  } finally {
    await server.close()
  }
})
