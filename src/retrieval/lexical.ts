import type { Db, Statement } from '../catalog/sqlite.ts'
import { lexicalTerms } from '../domain/query.ts'
import type { Selection } from './filtering.ts'
import type { RowRange } from './rows.ts'

/** Weights of a match in the title, in the descriptions and facets, in the tracks. */
export const COLUMN_WEIGHTS = [3, 1, 0.5] as const

/** FTS5's BM25 has k1 fixed at 1.2: a term's share of the score stays below idf x (k1 + 1). */
const TERM_CEILING = 2.2

/** A last word of fewer characters begins too many words to mean one of them. */
const MIN_PREFIX = 3

/** Words of a query that are looked up; the rest of a long text adds cost and no meaning. */
const MAX_TERMS = 32

export interface LexicalQuery {
  /** FTS5 syntax; every word quoted. */
  readonly match: string
  /** The most that a row could score. */
  readonly ceiling: number
}

export interface LexicalLeg {
  /** null where the text has no words. */
  parse(text: string): LexicalQuery | null
  /**
   * Scores 0..1 of the best `depth` rows in a range of rowids, and of those rows of `always` in which any word matches.
   */
  search(
    query: LexicalQuery,
    range: RowRange,
    depth: number,
    always: readonly number[],
    selection: Selection | null,
  ): Map<number, number>
}

/**
 * BM25 over title, body and tracks, as a share of the most that the query's words could reach, so that a word
 * found nowhere lowers every score: nonsense stays near 0.
 *
 * @param rows of the whole catalogue, for the inverse document frequency
 */
export function openLexicalLeg(db: Db, rows: number): LexicalLeg {
  db.exec('CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, terms, row)')
  const frequency = db.prepare<[string], number>('SELECT doc FROM temp.vocabulary WHERE term = ?').pluck()
  const statements = new Map<string, Statement<(string | number)[], { row: number; score: number }>>()

  const searchFor = (condition: string) => {
    const known = statements.get(condition)
    if (known) return known
    const statement = db.prepare<(string | number)[], { row: number; score: number }>(`
      SELECT rowid AS row, -bm25(terms, ${COLUMN_WEIGHTS.join(', ')}) AS score FROM terms
      WHERE terms MATCH ? AND rowid BETWEEN ? AND ? AND ${condition}
      ORDER BY +rowid IN (SELECT value FROM json_each(?)) DESC, score DESC LIMIT ?`)
    statements.set(condition, statement)
    return statement
  }

  return {
    parse(text) {
      const terms = [...new Set(lexicalTerms(text))].slice(0, MAX_TERMS)
      const last = terms.at(-1)
      if (last === undefined) return null
      let ceiling = 0
      let lastIsKnown = true
      for (const term of terms) {
        const found = frequency.get(term) ?? 0
        ceiling += TERM_CEILING * inverseFrequency(rows, found)
        lastIsKnown = found > 0
      }
      const phrases = terms.map(quote)
      // A last word that is none yet is being typed: it may begin a word of a title.
      if (!lastIsKnown && last.length >= MIN_PREFIX) phrases.push(`{title} : ${quote(last)} *`)
      return { match: phrases.join(' OR '), ceiling }
    },
    search(query, { first, last }, depth, always, selection) {
      const statement = searchFor(selection?.condition ?? 'TRUE')
      const found = statement.all(
        query.match,
        first,
        last,
        ...(selection?.params ?? []),
        JSON.stringify(always),
        depth + always.length,
      )
      return new Map(found.map(({ row, score }) => [row, Math.min(1, score / query.ceiling)]))
    },
  }
}

/** As FTS5 reckons it, its floor for very frequent words included. */
function inverseFrequency(rows: number, found: number): number {
  return Math.max(1e-6, Math.log((rows - found + 0.5) / (found + 0.5)))
}

function quote(term: string): string {
  return `"${term.replaceAll('"', '""')}"`
}
