import { normaliseQuery } from '../../domain/query.ts'
import { trecOrder } from '../../domain/relevance.ts'
import type { System } from './system.ts'

/**
 * Dense retrieval without an index structure: the cosine of the query with every document. What approximate search
 * is measured against, and the way to compare texts and models without building a bundle for each.
 *
 * @param vectors L2-normalised, by id
 */
export function exactSystem(
  name: string,
  vectors: ReadonlyMap<string, Float32Array>,
  embedQuery: (query: string) => Promise<Float32Array>,
): System {
  return {
    name,
    async rank(query, depth) {
      const asked = await embedQuery(normaliseQuery(query))
      return exactNeighbours(vectors, asked, depth)
    },
  }
}

/** Ids of the vectors closest to a query's, best first. */
export function exactNeighbours(
  vectors: ReadonlyMap<string, Float32Array>,
  query: Float32Array,
  depth: number,
): string[] {
  return trecOrder([...vectors].map(([id, vector]) => ({ id, score: dot(query, vector) }))).slice(0, depth)
}

export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let index = 0; index < a.length; index++) sum += (a[index] as number) * (b[index] as number)
  return sum
}
