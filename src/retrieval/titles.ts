import type { Db, Statement } from '../catalog/sqlite.ts'
import { titleKey } from '../domain/query.ts'
import type { RowRange } from './rows.ts'

/** Shorter beginnings are of too many titles. */
const MIN_PREFIX = 3

/** Titles of one kind that may match; more playlists of one name say nothing new. */
const MAX_MATCHES = 100

const LAST_CHARACTER = '\u{10FFFF}'

export type TitleMatches = Map<number, 'exact' | 'prefix'>

/** Finds the rows in a range whose title is the text, or begins with it. */
export function openTitleLookup(
  db: Db,
): (text: string, range: RowRange, allowed: ReadonlySet<number> | null) => TitleMatches {
  // INDEXED BY: a walk over all rows of the range would be the planner's other choice.
  const lookUp: Statement<[string, string, string, number, number], { row: number; exact: number }> =
    db.prepare(`
    SELECT rowid AS row, title_key = ? AS exact FROM playlists INDEXED BY playlists_title
    WHERE title_key BETWEEN ? AND ? AND rowid BETWEEN ? AND ? ORDER BY title_key, rowid`)

  return (text, { first, last }, allowed) => {
    const matches: TitleMatches = new Map()
    const key = titleKey(text)
    if (key === '') return matches
    const upTo = [...key].length < MIN_PREFIX ? key : key + LAST_CHARACTER
    for (const { row, exact } of lookUp.iterate(key, key, upTo, first, last)) {
      if (allowed && !allowed.has(row)) continue
      matches.set(row, exact ? 'exact' : 'prefix')
      if (matches.size === MAX_MATCHES) break
    }
    return matches
  }
}
