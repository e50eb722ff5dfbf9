import { FACETS } from '../domain/curation.ts'
import { FILTER_FACETS } from '../domain/filter.ts'
import { lexicalTerms, titleKey } from '../domain/query.ts'
import type { PlaylistRecord } from './catalog.ts'
import { foldValue, INDICES, SCHEMA } from './schema.ts'
import { createDatabase, finishDatabase } from './sqlite.ts'

export interface CatalogWriter {
  /** Rowids must come in order, editorial rows before community ones. */
  add(rowid: number, record: PlaylistRecord): void
  /** Builds the indices, packs and closes. */
  finish(): void
  /** Closes what is half written. */
  abort(): void
}

const ROWS_PER_TRANSACTION = 10_000

/** Writes the database of a new bundle. */
export function createCatalog(path: string): CatalogWriter {
  const db = createDatabase(path)
  db.exec(SCHEMA)
  const insertPlaylist = db.prepare('INSERT INTO playlists VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
  const insertFacet = db.prepare('INSERT OR IGNORE INTO facets VALUES (?, ?, ?)')
  const insertTerms = db.prepare('INSERT INTO terms (rowid, title, body, tracks) VALUES (?, ?, ?, ?)')
  let rows = 0
  db.exec('BEGIN')

  return {
    add(rowid, record) {
      const { playlist, facets } = record
      const { id, kind, title, owner = null, language, followers = null } = playlist
      const folded = language === undefined ? null : foldValue(language)
      insertPlaylist.run(rowid, id, kind, titleKey(title), owner, folded, followers, JSON.stringify(record))
      for (const facet of FILTER_FACETS) {
        for (const value of facets[facet]) insertFacet.run(facet, foldValue(value), rowid)
      }
      insertTerms.run(rowid, ...columnsOf(record).map((text) => lexicalTerms(text).join(' ')))
      if (++rows % ROWS_PER_TRANSACTION === 0) db.exec('COMMIT; BEGIN')
    },
    finish() {
      db.exec("INSERT INTO terms (terms) VALUES ('optimize')")
      db.exec('COMMIT')
      db.exec(INDICES)
      finishDatabase(db)
    },
    abort: () => db.close(),
  }
}

/** What is matched word by word, from the most telling column to the least: title, body, tracks. */
function columnsOf({ playlist, summary, facets }: PlaylistRecord): [string, string, string] {
  const body = [playlist.description ?? '', summary ?? '', ...FACETS.flatMap((facet) => facets[facet])]
  const tracks = playlist.tracks.map((track) => `${track.title} . ${track.artists.join(' . ')}`)
  return [playlist.title, body.join(' . '), tracks.join(' . ')]
}
