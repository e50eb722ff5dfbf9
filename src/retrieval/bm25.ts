import type { Db } from '../catalog/sqlite.ts'

/** Saturation: how fast further mentions of a word stop counting. */
const K1 = 1.2

/**
 * Weight of a mention, and how much a long field dilutes it (0 not at all, 1 in full). Chosen on the dev queries,
 * where the optimum is flat: many mentions among the tracks say less than one in the description.
 */
export const FIELDS = {
  title: { weight: 1, b: 0.3 },
  body: { weight: 1, b: 0.6 },
  tracks: { weight: 0.3, b: 0.75 },
} as const

export interface Bm25 {
  readonly rows: number
  inverseFrequency(rowsWithTerm: number): number
  /** What a word adds to a row's score, before its inverse frequency; below `ceiling`. */
  saturated(row: number, title: number, body: number, tracks: number): number
  readonly ceiling: number
}

/**
 * BM25F in its simple form: weighted, length-normalised counts of all fields are added before they saturate
 * (Robertson, Zaragoza and Taylor 2004, "Simple BM25 extension to multiple weighted fields"; Zaragoza et al. 2004
 * for a b in each field).
 */
export function openBm25(db: Db): Bm25 {
  const lengths = db
    .prepareArrays<[], [number, number, number]>(
      'SELECT title_words, body_words, tracks_words FROM playlists ORDER BY rowid',
    )
    .all()
  const fields = [FIELDS.title, FIELDS.body, FIELDS.tracks] as const
  const norms = fields.map(({ weight, b }, field) => {
    const mean = lengths.reduce((sum, row) => sum + (row[field] ?? 0), 0) / Math.max(1, lengths.length)
    const norm = new Float32Array(lengths.length + 1)
    for (const [i, row] of lengths.entries())
      norm[i + 1] = weight / (1 - b + b * ((row[field] ?? 0) / (mean || 1)))
    return norm
  })
  const [ofTitle, ofBody, ofTracks] = norms as [Float32Array, Float32Array, Float32Array]
  const rows = lengths.length
  return {
    rows,
    // The form without negative values (Lucene's).
    inverseFrequency: (found) => Math.log(1 + (rows - found + 0.5) / (found + 0.5)),
    saturated(row, title, body, tracks) {
      const count =
        title * (ofTitle[row] as number) + body * (ofBody[row] as number) + tracks * (ofTracks[row] as number)
      return (count * (K1 + 1)) / (count + K1)
    },
    ceiling: K1 + 1,
  }
}
