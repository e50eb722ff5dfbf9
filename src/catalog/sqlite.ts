import Database from 'better-sqlite3'
import { messageOf, SegueError } from '../domain/errors.ts'

/** A handle on an embedded database. Statements prepared on it end with it. */
export type Db = Database.Database
export type Statement<Params extends unknown[], Row> = Database.Statement<Params, Row>

const MMAP_BYTES = 1 << 30

/**
 * Opens a finished database to read it. It is never written again, so its lock is taken once and kept: a query
 * then makes no system calls for locks. Other readers are not shut out.
 *
 * @throws SegueError `invalid_artefact` when it is no database
 */
export function openDatabase(path: string): Db {
  try {
    const db = new Database(path, { readonly: true, fileMustExist: true })
    db.pragma('locking_mode = EXCLUSIVE')
    db.pragma('trusted_schema = OFF')
    db.pragma(`mmap_size = ${MMAP_BYTES}`)
    db.pragma('user_version')
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
 * no journal, and `finishDatabase` makes it durable.
 */
export function createDatabase(path: string): Db {
  const db = new Database(path)
  db.pragma('page_size = 4096')
  db.pragma('journal_mode = OFF')
  db.pragma('synchronous = OFF')
  db.pragma('locking_mode = EXCLUSIVE')
  db.pragma('temp_store = FILE')
  return db
}

/** Packs and closes a database that was created here. The caller syncs the file. */
export function finishDatabase(db: Db): void {
  db.exec('VACUUM')
  db.close()
}
