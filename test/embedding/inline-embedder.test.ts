import { describe, expect, it } from 'vitest'
import { openInlineEmbedder } from '../../src/embedding/inline-embedder.ts'
import { modelDir } from '../support/model.ts'

describe('the inline embedder', () => {
  it('embeds in the calling thread, with the times of both steps', async () => {
    const embedder = await openInlineEmbedder({ modelDir })
    expect(embedder.info).toMatchObject({ provider: 'cpu', precision: 'int8', workers: 0 })
    const { vector, tokens, timings } = await embedder.embed('90s eurodance', 'query')
    expect(vector).toHaveLength(384)
    expect(tokens).toBeGreaterThan(2)
    expect(timings.queue).toBe(0)
    expect(timings.embed).toBeGreaterThan(0)
    await embedder.close()
  })

  it('takes the same providers as the pool', async () => {
    await expect(openInlineEmbedder({ modelDir, providers: ['gpu'] })).rejects.toMatchObject({
      code: 'invalid_config',
    })
  })
})
