import { playlistText } from '../../domain/document.ts'
import { type Endpoint, openEmbeddingEndpoint } from '../../llm/openai.ts'
import type { Enriched } from '../enriched.ts'
import { openProgress } from '../progress.ts'

/** Texts in one call: what the smaller of the known servers take. */
const BATCH = 64

/** A second opinion on what is near a query. */
export interface SecondRanking {
  /** Ids of the nearest playlists, the best first. */
  rank(query: string, depth: number): Promise<string[]>
}

/**
 * Embeds all playlists by a second model behind an OpenAI-compatible /embeddings (the paper used Amazon Titan) and
 * ranks them by exact search: what two models find apart is less one-sided than what one finds.
 */
export async function openSecondRanking(
  endpoint: Endpoint,
  playlists: AsyncIterable<Enriched>,
): Promise<SecondRanking> {
  const { embed } = openEmbeddingEndpoint(endpoint)
  const ids: string[] = []
  const vectors: Float32Array[] = []
  const progress = openProgress(`embed by ${endpoint.model}`, 0, 'playlists')
  let batch: { id: string; text: string }[] = []
  const flush = async () => {
    if (batch.length === 0) return
    vectors.push(...(await embed(batch.map(({ text }) => text))))
    ids.push(...batch.map(({ id }) => id))
    batch = []
    progress.update(ids.length)
  }
  for await (const { playlist, curation } of playlists) {
    batch.push({ id: playlist.id, text: playlistText(playlist, curation) })
    if (batch.length === BATCH) await flush()
  }
  await flush()
  progress.done()
  return {
    async rank(query, depth) {
      const [vector] = await embed([query])
      if (!vector) return []
      return vectors
        .map((other, i) => ({ id: ids[i] as string, score: dot(vector, other) }))
        .sort((a, b) => b.score - a.score)
        .slice(0, depth)
        .map(({ id }) => id)
    },
  }
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number)
  return sum
}
