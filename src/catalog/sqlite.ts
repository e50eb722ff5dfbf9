// An addon of N-API: one binary, which the package carries, for every Node from 20 on. better-sqlite3 12, compiled where
// its own binaries are out of reach, aborts Node 24.19 and later at a garbage collection; 13 does not run on Node 20.
import { DatabaseSync, type DatabaseSyncInstance, type StatementSyncInstance } from '@photostructure/sqlite'
import { messageOf, SegueError } from '../domain/errors.ts'

/** A handle on an embedded database. Statements prepared on it end with it. */
export interface Db {
  exec(sql: string): void
  /** Rows as objects. */
  prepare<Params extends Value[], Row>(sql: string): Statement<Params, Row>
  /** Rows as arrays. */
  prepareArrays<Params extends Value[], Row>(sql: string): Statement<Params, Row>
  /** Of each row the first column. */
  prepareColumn<Params extends Value[], Column>(sql: string): Statement<Params, Column>
  /** Does nothing when it is closed. */
  close(): void
}

export interface Statement<Params extends Value[], Row> {
  get(...params: Params): Row | undefined
  all(...params: Params): Row[]
  iterate(...params: Params): Iterable<Row>
  run(...params: Params): { readonly changes: number | bigint }
}

type Value = string | number | null | Uint8Array

const MMAP_BYTES = 1 << 30

/**
 * Opens a finished database to read it. It is never written again, so its lock is taken once and kept: a query
 * then makes no system calls for locks. Other readers are not shut out.
 *
 * @throws SegueError `invalid_artefact` when it is no database
 */
export function openDatabase(path: string): Db {
  try {
    const db = handleOf(new DatabaseSync(path, { readOnly: true }))
    db.exec(`
      PRAGMA locking_mode = EXCLUSIVE;
      PRAGMA trusted_schema = OFF;
      PRAGMA mmap_size = ${MMAP_BYTES};
      PRAGMA user_version;
    `)
    return db
  } catch (error) {
    throw new SegueError(
      'invalid_artefact',
      `${path} is not a database that can be read: ${messageOf(error)}`,
      {
        field: path,
        cause: error,
      },
    )
  }
}

/**
 * Creates a database for one writer that starts over when it fails: there is nothing to roll back to, so it keeps
 * no journal, and `finishDatabase` makes it durable. Its lock is that of each transaction: one for good would outlive
 * `close` until the last statement is collected, and keep readers out.
 */
export function createDatabase(path: string): Db {
  // A defensive database insists on a journal.
  const db = handleOf(new DatabaseSync(path, { defensive: false }))
  db.exec(`
    PRAGMA page_size = 4096;
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    PRAGMA temp_store = FILE;
  `)
  return db
}

/** Packs and closes a database that was created here. The caller syncs the file. */
export function finishDatabase(db: Db): void {
  db.exec('VACUUM')
  db.close()
}

function handleOf(database: DatabaseSyncInstance): Db {
  const prepare = (sql: string, arrays: boolean): StatementSyncInstance => {
    const statement = database.prepare(sql)
    statement.setReturnArrays(arrays)
    return statement
  }
  return {
    exec: (sql) => database.exec(sql),
    prepare: (sql) => prepare(sql, false) as never,
    prepareArrays: (sql) => prepare(sql, true) as never,
    prepareColumn<Params extends Value[], Column>(sql: string): Statement<Params, Column> {
      const statement = prepare(sql, true) as unknown as Statement<Params, [Column]>
      return {
        get: (...params) => statement.get(...params)?.[0],
        all: (...params) => statement.all(...params).map(([column]) => column),
        *iterate(...params) {
          for (const [column] of statement.iterate(...params)) yield column
        },
        run: (...params) => statement.run(...params),
      }
    },
    close() {
      if (database.isOpen) database.close()
    },
  }
}
