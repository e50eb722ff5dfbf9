import type { Embedder } from '../../embedding/embedder.ts'

/** Anything that answers a query with a ranking: what is evaluated. */
export interface System {
  readonly name: string
  /** Ids, best first, at most `depth`, each once. */
  rank(query: string, depth: number): Promise<readonly string[]>
}

/** A query's vector; a query that several systems embed is embedded once. */
export function queryEmbedder(embedder: Embedder): (query: string) => Promise<Float32Array> {
  const seen = new Map<string, Promise<Float32Array>>()
  return (query) => {
    const known = seen.get(query) ?? embedder.embed(query, 'query').then(({ vector }) => vector)
    seen.set(query, known)
    return known
  }
}
