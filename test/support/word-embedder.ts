import { createHash } from 'node:crypto'
import { lexicalTerms } from '../../src/domain/query.ts'
import type { Embedder } from '../../src/embedding/embedder.ts'

/**
 * A real embedder that needs no model: the hashing trick over words (Weinberger et al. 2009). Texts that share words
 * are near; the same text has the same vector everywhere. For tests in which the index matters and not the model.
 */
export function openWordEmbedder(dimensions = 64, seed = ''): Embedder {
  const fingerprint = createHash('sha256').update(`words ${dimensions} ${seed}`).digest('hex')
  return {
    info: {
      model: 'words',
      fingerprint,
      dimensions,
      maxTokens: 10_000,
      precision: 'fp32',
      provider: 'cpu',
      requestedProviders: ['cpu'],
      providerFailures: [],
      workers: 2,
      window: 4,
    },
    async embed(text) {
      const words = lexicalTerms(text)
      // Later texts may be ready first, as with real workers.
      await new Promise((resolve) => setImmediate(resolve))
      const timings = { queue: 0, tokenize: 0, embed: 0 }
      return { vector: wordVector(words, dimensions, seed), tokens: words.length, truncated: false, timings }
    },
    status: () => ({ queued: 0, workersUp: 2, workersReplaced: 0 }),
    close: async () => undefined,
  }
}

function wordVector(words: readonly string[], dimensions: number, seed: string): Float32Array {
  const vector = new Float32Array(dimensions)
  // A constant part keeps a text without words from having no direction.
  vector[0] = 0.5
  for (const word of words) {
    const hash = createHash('sha256').update(`${seed} ${word}`).digest()
    for (let i = 0; i < 8; i++) {
      const at = hash.readUInt16LE(i * 4) % dimensions
      vector[at] = (vector[at] ?? 0) + ((hash[i * 4 + 2] ?? 0) & 1 ? 1 : -1)
    }
  }
  const norm = Math.hypot(...vector)
  return vector.map((component) => component / norm)
}
