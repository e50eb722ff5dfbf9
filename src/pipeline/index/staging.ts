import { createDatabase } from '../../catalog/sqlite.ts'
import type { Curation } from '../../domain/curation.ts'
import type { Kind, Playlist } from '../../domain/playlist.ts'

export interface Staged {
  readonly playlist: Playlist
  readonly curation: Curation | undefined
}

export interface Staging {
  /** Where the id was given before, null when it was not. */
  addPlaylist(playlist: Playlist, where: string): string | null
  addCuration(curation: Curation, where: string): string | null
  /** Puts what a change makes of some curations in their place; those that it does not give back are gone. */
  changeCurations(
    ids: Iterable<string>,
    change: (before: Curation[]) => ReadonlyMap<string, Curation>,
    where: string,
  ): void
  count(kind: Kind): number
  curated(): number
  /** Curations whose playlist is not there: how many, and the first. */
  orphans(): { readonly count: number; readonly first: string | null }
  /** By id, so that the order of the input files does not matter. */
  rows(kind: Kind): Iterable<Staged>
  close(): void
}

/**
 * Catalogue and curations meet on disk, not in memory: a million of each are joined, checked for duplicates and
 * sorted within the page cache.
 */
export function openStaging(path: string): Staging {
  const db = createDatabase(path)
  db.exec(`
    CREATE TABLE playlists (id TEXT PRIMARY KEY, kind TEXT, place TEXT, json TEXT) STRICT, WITHOUT ROWID;
    CREATE TABLE curations (id TEXT PRIMARY KEY, place TEXT, json TEXT) STRICT, WITHOUT ROWID;
    BEGIN;
  `)
  const insertPlaylist = db.prepare('INSERT OR IGNORE INTO playlists VALUES (?, ?, ?, ?)')
  const insertCuration = db.prepare('INSERT OR IGNORE INTO curations VALUES (?, ?, ?)')
  const playlistPlace = db.prepareColumn<[string], string>('SELECT place FROM playlists WHERE id = ?')
  const curationPlace = db.prepareColumn<[string], string>('SELECT place FROM curations WHERE id = ?')
  const curationJson = db.prepareColumn<[string], string>('SELECT json FROM curations WHERE id = ?')
  const removeCuration = db.prepare('DELETE FROM curations WHERE id = ?')
  const orphaned = 'FROM curations WHERE id NOT IN (SELECT id FROM playlists)'
  const number = (sql: string, ...params: string[]) =>
    db.prepareColumn<string[], number>(sql).get(...params) ?? 0
  const byKind = db.prepare<[string], { playlist: string; curation: string | null }>(`
    SELECT p.json AS playlist, c.json AS curation FROM playlists p LEFT JOIN curations c USING (id)
    WHERE p.kind = ? ORDER BY p.id`)

  return {
    addPlaylist(playlist, where) {
      const { changes } = insertPlaylist.run(playlist.id, playlist.kind, where, JSON.stringify(playlist))
      return changes === 0 ? (playlistPlace.get(playlist.id) ?? '') : null
    },
    addCuration(curation, where) {
      const { changes } = insertCuration.run(curation.id, where, JSON.stringify(curation))
      return changes === 0 ? (curationPlace.get(curation.id) ?? '') : null
    },
    changeCurations(ids, change, where) {
      const before = [...ids].flatMap((id) => {
        const json = curationJson.get(id)
        removeCuration.run(id)
        return json === undefined ? [] : [JSON.parse(json) as Curation]
      })
      for (const [id, after] of change(before)) insertCuration.run(id, where, JSON.stringify(after))
    },
    count: (kind) => number('SELECT count(*) FROM playlists WHERE kind = ?', kind),
    curated: () => number('SELECT count(*) FROM playlists WHERE id IN (SELECT id FROM curations)'),
    orphans: () => ({
      count: number(`SELECT count(*) ${orphaned}`),
      first: db.prepareColumn<[], string>(`SELECT min(id) ${orphaned}`).get() ?? null,
    }),
    *rows(kind) {
      for (const { playlist, curation } of byKind.iterate(kind)) {
        yield {
          playlist: JSON.parse(playlist) as Playlist,
          curation: curation === null ? undefined : (JSON.parse(curation) as Curation),
        }
      }
    },
    close: () => db.close(),
  }
}
