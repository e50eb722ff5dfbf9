import { foldValue } from '../catalog/schema.ts'
import type { Db, Statement } from '../catalog/sqlite.ts'
import { FILTER_FACETS, type Filter } from '../domain/filter.ts'

/** The rows that a filter leaves, besides its kind. */
export interface Selection {
  /** A condition on `rowid` for other statements, with one `?` for each parameter. */
  readonly condition: string
  readonly params: readonly (string | number)[]
  /** All rows selected within a range, ascending. */
  rows(first: number, last: number): readonly number[]
}

const VALUES = '(SELECT value FROM json_each(?))'

/** Turns filters into SQL. User input only ever becomes a bound parameter, so the variants of a statement are few. */
export function openFilters(db: Db): (filter: Filter) => Selection | null {
  const statements = new Map<string, Statement<(string | number)[], number>>()

  return (filter) => {
    const { conditions, params } = conditionsOf(filter)
    if (conditions.length === 0) return null
    const where = conditions.join(' AND ')
    const statement =
      statements.get(where) ??
      db
        .prepare<(string | number)[], number>(
          `SELECT rowid FROM playlists WHERE rowid BETWEEN ? AND ? AND ${where} ORDER BY rowid`,
        )
        .pluck()
    statements.set(where, statement)
    return {
      // The unary plus keeps the planner from walking the selection and asking the text index once for each row.
      condition: `+rowid IN (SELECT rowid FROM playlists WHERE ${where})`,
      params,
      rows: (first, last) => statement.all(first, last, ...params),
    }
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
