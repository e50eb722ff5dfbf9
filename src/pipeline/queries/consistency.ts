import type { Embedder } from '../../embedding/embedder.ts'
import type { Retriever } from '../../retrieval/retriever.ts'
import { foldQuery, type QueryPair } from '../query-set.ts'

/**
 * The consistency filter (Promptagator, 2209.11755): keeps a pair where the base model finds the playlist among the
 * first `top` for the query, in the index of enriched text. Loose on purpose: at 1 it keeps only what is solved.
 *
 * @returns for each pair, in order, whether it is kept
 */
export async function consistentPairs(
  pairs: readonly QueryPair[],
  top: number,
  engines: { readonly embedder: Embedder; readonly retriever: Retriever },
  onDone: (done: number) => void,
): Promise<boolean[]> {
  const ranked = new Map<string, Set<string>>()
  const kept: boolean[] = []
  for (const pair of pairs) {
    const text = foldQuery(pair.query)
    let found = ranked.get(text)
    if (!found) {
      const { vector } = await engines.embedder.embed(text, 'query')
      const candidates = await engines.retriever.retrieve({ text: '', vector, filter: {}, depth: top })
      const best = candidates.sort((a, b) => (b.dense ?? -1) - (a.dense ?? -1)).slice(0, top)
      found = new Set(best.map(({ id }) => id))
      ranked.set(text, found)
    }
    kept.push(found.has(pair.id))
    onDone(kept.length)
  }
  return kept
}
