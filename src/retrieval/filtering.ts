import { foldValue } from '../catalog/schema.ts'
import type { Db, Statement } from '../catalog/sqlite.ts'
import { FILTER_FACETS, type Filter } from '../domain/filter.ts'
import type { RowRange } from './rows.ts'

/** The rows in a range that a filter leaves; null where it leaves them all. Kind is a range of rows, not a filter here. */
export type RowFilter = (filter: Filter, range: RowRange) => ReadonlySet<number> | null

/** Filters repeat (a shop's language, a screen's genre) and bundles do not change: so many selected rows are kept. */
const KEPT_ROWS = 1_000_000

const VALUES = '(SELECT value FROM json_each(?))'

/** Turns filters into SQL. User input only ever becomes a bound parameter, so the variants of a statement are few. */
export function openRowFilter(db: Db): RowFilter {
  const statements = new Map<string, Statement<(string | number)[], number>>()
  const kept = new Map<string, ReadonlySet<number>>()
  let keptRows = 0

  return (filter, { first, last }) => {
    const { conditions, params } = conditionsOf(filter)
    if (conditions.length === 0) return null
    const where = conditions.join(' AND ')
    const key = JSON.stringify([first, where, params])
    const known = kept.get(key)
    if (known) return known
    const statement =
      statements.get(where) ??
      db.prepareColumn<(string | number)[], number>(
        `SELECT rowid FROM playlists WHERE rowid BETWEEN ? AND ? AND ${where}`,
      )
    statements.set(where, statement)
    const rows = new Set(statement.all(first, last, ...params))
    keptRows += rows.size + 1
    if (keptRows > KEPT_ROWS) {
      kept.clear()
      keptRows = rows.size + 1
    }
    kept.set(key, rows)
    return rows
  }
}

function conditionsOf(filter: Filter): { conditions: string[]; params: (string | number)[] } {
  const conditions: string[] = []
  const params: (string | number)[] = []
  const add = (condition: string, param: string | number) => {
    conditions.push(condition)
    params.push(param)
  }
  if (filter.languages) add(`language IN ${VALUES}`, JSON.stringify(filter.languages.map(foldValue)))
  if (filter.owners) add(`owner IN ${VALUES}`, JSON.stringify(filter.owners))
  if (filter.minFollowers) add('followers >= ?', filter.minFollowers)
  for (const facet of FILTER_FACETS) {
    const values = filter[facet]
    if (!values) continue
    const carriers = `SELECT playlist FROM facets WHERE facet = '${facet}' AND value IN ${VALUES}`
    add(`rowid IN (${carriers})`, JSON.stringify(values.map(foldValue)))
  }
  return { conditions, params }
}
