import { LRUCache } from 'lru-cache'
import type { Catalog, PlaylistRecord } from './catalog.ts'
import type { Db } from './sqlite.ts'

/** Popular playlists are in many answers, and reading one costs 20 microseconds; each takes about 4 KB. */
const KEPT_RECORDS = 4000

/** The catalogue of a bundle's database. Closing it leaves the database to whoever opened it. */
export function openCatalog(db: Db): Catalog {
  const byId = db.prepareColumn<[string], string>('SELECT record FROM playlists WHERE id = ?')
  const all = db.prepareColumn<[], string>('SELECT id FROM playlists ORDER BY rowid')
  const parsed = new LRUCache<string, PlaylistRecord>({ max: KEPT_RECORDS })
  const one = (id: string): PlaylistRecord | undefined => {
    const known = parsed.get(id)
    if (known) return known
    const text = byId.get(id)
    if (text === undefined) return undefined
    const record = JSON.parse(text) as PlaylistRecord
    parsed.set(id, record)
    return record
  }
  return {
    ids: () => all.all(),
    get: (ids) => ids.flatMap((id) => one(id) ?? []),
    close: () => undefined,
  }
}
