import { lexicalTerms, normaliseQuery } from '../../domain/query.ts'
import { trecOrder } from '../../domain/relevance.ts'
import type { System } from './system.ts'

/** Lucene's defaults. */
const K1 = 1.2
const B = 0.75

interface Posting {
  readonly document: number
  readonly frequency: number
}

/**
 * Okapi BM25 in the form that Lucene computes (Robertson and Zaragoza 2009; idf with 1 added, so that no term counts
 * against a document): a baseline with known parameters, apart from the service's own text leg.
 *
 * @param documents text by id
 */
export function bm25System(name: string, documents: ReadonlyMap<string, string>): System {
  const ids = [...documents.keys()]
  const postings = new Map<string, Posting[]>()
  const lengths = ids.map((id, document) => {
    const terms = lexicalTerms(documents.get(id) ?? '')
    for (const [term, frequency] of frequencies(terms)) {
      const list = postings.get(term)
      if (list) list.push({ document, frequency })
      else postings.set(term, [{ document, frequency }])
    }
    return terms.length
  })
  const meanLength = lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, lengths.length)

  async function rank(query: string, depth: number): Promise<string[]> {
    const scores = new Map<number, number>()
    for (const term of lexicalTerms(normaliseQuery(query))) {
      const found = postings.get(term) ?? []
      const idf = Math.log(1 + (ids.length - found.length + 0.5) / (found.length + 0.5))
      for (const { document, frequency } of found) {
        const norm = K1 * (1 - B + (B * (lengths[document] as number)) / meanLength)
        scores.set(document, (scores.get(document) ?? 0) + (idf * frequency * (K1 + 1)) / (frequency + norm))
      }
    }
    return trecOrder([...scores].map(([document, score]) => ({ id: ids[document] as string, score }))).slice(
      0,
      depth,
    )
  }
  return { name, rank }
}

function frequencies(terms: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1)
  return counts
}
