/** Goes up whenever the tables or their encodings change: a bundle of another version is refused, and rebuilt. */
export const SCHEMA_VERSION = 2

/**
 * The tables of a bundle's database.
 *
 * - playlists: a row for each, numbered as its vector (retrieval/rows.ts); lengths in words for BM25.
 * - facets: which rows carry a folded facet value.
 * - terms: the inverted index. FTS5 would do it, but its BM25 takes a microsecond or two for every row with any
 *   word of the query, 1 to 7 ms for everyday words on 1,480 playlists, where these lists (catalog/postings.ts)
 *   take a few hundredths; and it cannot say what a given row scores without scoring all.
 */
export const SCHEMA = `
  CREATE TABLE playlists (
    rowid INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    title_key TEXT NOT NULL,
    owner TEXT,
    language TEXT,
    followers INTEGER,
    title_words INTEGER NOT NULL,
    body_words INTEGER NOT NULL,
    tracks_words INTEGER NOT NULL,
    record TEXT NOT NULL
  ) STRICT;
  CREATE TABLE facets (
    facet TEXT NOT NULL,
    value TEXT NOT NULL,
    playlist INTEGER NOT NULL,
    PRIMARY KEY (facet, value, playlist)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE terms (
    term TEXT PRIMARY KEY,
    rows INTEGER NOT NULL,
    postings BLOB NOT NULL
  ) STRICT, WITHOUT ROWID;
  PRAGMA user_version = ${SCHEMA_VERSION};
`

/** Made when all rows are in, which is faster and packs better. */
export const INDICES = `
  CREATE INDEX playlists_title ON playlists (title_key);
  CREATE INDEX playlists_owner ON playlists (owner) WHERE owner IS NOT NULL;
  CREATE INDEX playlists_language ON playlists (language) WHERE language IS NOT NULL;
`

/** The form in which facet values and languages are compared: without case, white space folded. */
export function foldValue(value: string): string {
  return value.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim()
}
