import type { Db, Statement } from '../catalog/sqlite.ts'
import { titleKey } from '../domain/query.ts'
import type { Selection } from './filtering.ts'
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
): (text: string, range: RowRange, selection: Selection | null) => TitleMatches {
  const statements = new Map<string, Statement<(string | number)[], { row: number; exact: number }>>()

  return (text, { first, last }, selection) => {
    const key = titleKey(text)
    if (key === '') return new Map()
    const condition = selection?.condition ?? 'TRUE'
    const statement =
      statements.get(condition) ??
      db.prepare<(string | number)[], { row: number; exact: number }>(`
        SELECT rowid AS row, title_key = ? AS exact FROM playlists INDEXED BY playlists_title
        WHERE title_key BETWEEN ? AND ? AND rowid BETWEEN ? AND ? AND ${condition}
        ORDER BY title_key, rowid LIMIT ${MAX_MATCHES}`)
    statements.set(condition, statement)
    const upTo = [...key].length < MIN_PREFIX ? key : key + LAST_CHARACTER
    const found = statement.all(key, key, upTo, first, last, ...(selection?.params ?? []))
    return new Map(found.map(({ row, exact }) => [row, exact ? 'exact' : 'prefix']))
  }
}
