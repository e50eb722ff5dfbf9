import { FACETS } from '../domain/curation.ts'
import { FILTER_FACETS } from '../domain/filter.ts'
import { lexicalTerms, titleKey } from '../domain/query.ts'
import type { PlaylistRecord } from './catalog.ts'
import { createPostings, type PostingsWriter } from './postings.ts'
import { foldValue, INDICES, SCHEMA } from './schema.ts'
import { createDatabase, type Db, finishDatabase } from './sqlite.ts'

export interface CatalogWriter {
  /** Rows must come in order. */
  add(row: number, record: PlaylistRecord): void
  /** Writes what was gathered, builds the indices, packs and closes. */
  finish(): void
  /** Closes what is half written. */
  abort(): void
}

const ROWS_PER_TRANSACTION = 10_000

/** Writes the database of a new bundle. The inverted index is gathered in memory: about 0.3 KB a playlist. */
export function createCatalog(path: string): CatalogWriter {
  const db = createDatabase(path)
  db.exec(SCHEMA)
  const insertPlaylist = db.prepare('INSERT INTO playlists VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
  const insertFacet = db.prepare('INSERT OR IGNORE INTO facets VALUES (?, ?, ?)')
  const postings = new Map<string, PostingsWriter>()
  let rows = 0
  db.exec('BEGIN')

  return {
    add(row, record) {
      const { playlist, facets } = record
      const { id, kind, title, owner = null, language, followers = null } = playlist
      const folded = language === undefined ? null : foldValue(language)
      const words = wordsOf(record)
      const lengths = [words.title.length, words.body.length, words.tracks.length]
      const json = JSON.stringify(record)
      insertPlaylist.run(row, id, kind, titleKey(title), owner, folded, followers, ...lengths, json)
      for (const facet of FILTER_FACETS) {
        for (const value of facets[facet]) insertFacet.run(facet, foldValue(value), row)
      }
      for (const [term, counts] of countsOf(words)) {
        const list = postings.get(term) ?? createPostings()
        postings.set(term, list)
        list.add(row, counts)
      }
      if (++rows % ROWS_PER_TRANSACTION === 0) db.exec('COMMIT; BEGIN')
    },
    finish() {
      writeTerms(db, postings)
      db.exec('COMMIT')
      db.exec(INDICES)
      finishDatabase(db)
    },
    abort: () => db.close(),
  }
}

function writeTerms(db: Db, postings: ReadonlyMap<string, PostingsWriter>): void {
  const insert = db.prepare('INSERT INTO terms VALUES (?, ?, ?)')
  for (const term of [...postings.keys()].sort()) {
    const list = postings.get(term) as PostingsWriter
    insert.run(term, list.rows, list.bytes())
  }
}

type Field = 'title' | 'body' | 'tracks'

/** What is matched word by word: the title; what editors and curator say; tracks and their artists. */
function wordsOf({ playlist, summary, facets }: PlaylistRecord): Record<Field, string[]> {
  const body = [playlist.description ?? '', summary ?? '', ...FACETS.flatMap((facet) => facets[facet])]
  const tracks = playlist.tracks.flatMap((track) => [track.title, ...track.artists])
  return {
    title: lexicalTerms(playlist.title),
    body: body.flatMap(lexicalTerms),
    tracks: tracks.flatMap(lexicalTerms),
  }
}

function countsOf(words: Record<Field, string[]>): Map<string, Record<Field, number>> {
  const counts = new Map<string, Record<Field, number>>()
  for (const field of ['title', 'body', 'tracks'] as const) {
    for (const term of words[field]) {
      const count = counts.get(term) ?? { title: 0, body: 0, tracks: 0 }
      counts.set(term, count)
      count[field]++
    }
  }
  return counts
}
