import type { Catalog, PlaylistRecord } from './catalog.ts'
import type { Db, Statement } from './sqlite.ts'

/** The catalogue of a bundle's database. Closing it leaves the database to whoever opened it. */
export function openCatalog(db: Db): Catalog {
  const byId: Statement<[string], string> = db
    .prepare<[string], string>('SELECT record FROM playlists WHERE id = ?')
    .pluck()
  const all: Statement<[], string> = db.prepare<[], string>('SELECT id FROM playlists ORDER BY rowid').pluck()
  return {
    ids: () => all.all(),
    get: (ids) =>
      ids.flatMap((id) => {
        const record = byId.get(id)
        return record === undefined ? [] : [JSON.parse(record) as PlaylistRecord]
      }),
    close: () => undefined,
  }
}
