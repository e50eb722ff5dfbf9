import { readPostings } from '../catalog/postings.ts'
import type { Db } from '../catalog/sqlite.ts'
import { lexicalTerms } from '../domain/query.ts'
import { openBm25 } from './bm25.ts'
import type { RowRange } from './rows.ts'
import { openSpelling } from './spelling.ts'
import { topK } from './top-k.ts'

/** A last word of fewer characters begins too many words to mean one of them. */
const MIN_PREFIX = 3

/** Words that an unfinished last word may become. */
const MAX_COMPLETIONS = 64

/** Words of a query that are looked up; the rest of a long text adds cost and no meaning. */
const MAX_TERMS = 32

/** What a word counts that was only found by correcting its spelling. */
const CORRECTED = 0.8

const LAST_CHARACTER = '\u{10FFFF}'

/** The scores of all rows for one text; good until released. */
export interface LexicalScores {
  /** 0..1 */
  of(row: number): number
  /** The `depth` best of the matching rows in a range, among those allowed. */
  best(range: RowRange, depth: number, allowed: ReadonlySet<number> | null): Map<number, number>
  /** Gives the memory back, for the next text. */
  release(): void
}

/** A sum for each row, and which of them are not 0. */
interface Sums {
  readonly of: Float32Array
  readonly matching: number[]
}

/**
 * BM25 over title, body and tracks, as a share of the most that the text's words could reach. A word that is nowhere
 * is taken as unfinished or misspelt; failing that it counts as the rarest there is, and so lowers every score:
 * nonsense stays near 0.
 */
export function openLexicalLeg(db: Db): (text: string) => LexicalScores {
  const lookUp = db.prepare<[string], { rows: number; postings: Uint8Array }>(
    'SELECT rows, postings FROM terms WHERE term = ?',
  )
  const complete = db.prepareColumn<[string, string], Uint8Array>(
    `SELECT postings FROM terms WHERE term > ? AND term < ? ORDER BY term LIMIT ${MAX_COMPLETIONS}`,
  )
  const bm25 = openBm25(db)
  const corrected = openSpelling(db)
  const nowhere = bm25.ceiling * bm25.inverseFrequency(0)
  // As many as texts are being searched at a time: a new one costs four bytes a row.
  const spare: Sums[] = []

  return (text) => {
    const sums = spare.pop() ?? { of: new Float32Array(bm25.rows + 1), matching: [] }
    const terms = [...new Set(lexicalTerms(text))].slice(0, MAX_TERMS)
    let most = 0
    for (const [i, term] of terms.entries()) {
      const unfinished = i === terms.length - 1 && term.length >= MIN_PREFIX
      most +=
        addTerm(sums, term, 1) ||
        (unfinished && addCompletions(sums, term)) ||
        addCorrected(sums, term) ||
        nowhere
    }
    const of = (row: number) => (sums.of[row] as number) / most
    return {
      of: most === 0 ? () => 0 : of,
      best({ first, last }, depth, allowed) {
        const eligible = (row: number) =>
          row >= first && row <= last && (allowed === null || allowed.has(row))
        return topK(sums.matching, (row) => (eligible(row) ? of(row) : Number.NaN), depth)
      },
      release() {
        for (const row of sums.matching) sums.of[row] = 0
        sums.matching.length = 0
        spare.push(sums)
      },
    }
  }

  /** Adds a word to the scores. Returns the most it could add; 0 where it is nowhere. */
  function addTerm(sums: Sums, term: string, weight: number): number {
    const found = lookUp.get(term)
    if (!found) return 0
    const inverseFrequency = bm25.inverseFrequency(found.rows)
    readPostings(found.postings, (row, title, body, tracks) => {
      add(sums, row, weight * inverseFrequency * bm25.saturated(row, title, body, tracks))
    })
    return inverseFrequency * bm25.ceiling
  }

  /** A last word that is none yet is being typed: it may become a word of a title. */
  function addCompletions(sums: Sums, start: string): number {
    const titles = new Set<number>()
    for (const postings of complete.iterate(start, start + LAST_CHARACTER)) {
      readPostings(postings, (row, title) => {
        if (title > 0) titles.add(row)
      })
    }
    if (titles.size === 0) return 0
    const inverseFrequency = bm25.inverseFrequency(titles.size)
    for (const row of titles) add(sums, row, inverseFrequency * bm25.saturated(row, 1, 0, 0))
    return nowhere
  }

  /** A word that is nowhere may be a slip of one that is. */
  function addCorrected(sums: Sums, term: string): number {
    const meant = corrected(term)
    return meant === null ? 0 : addTerm(sums, meant, CORRECTED)
  }
}

function add({ of, matching }: Sums, row: number, score: number): void {
  if (of[row] === 0) matching.push(row)
  of[row] = (of[row] as number) + score
}
