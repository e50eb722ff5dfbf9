/** Goes up whenever the tables change: a bundle of another version is refused, and rebuilt. */
export const SCHEMA_VERSION = 1

/**
 * The tables of a bundle's database.
 *
 * - playlists: editorial rows first, then community ones, so that a kind is one range of rowids. A rowid is also the
 *   label of the playlist's vector.
 * - facets: which rows carry a folded facet value.
 * - terms: full text, cut into words by domain/query.ts beforehand, so the tokenizer only splits at blanks. No text
 *   is kept in it (content=''): the record has it.
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
    record TEXT NOT NULL
  ) STRICT;
  CREATE TABLE facets (
    facet TEXT NOT NULL,
    value TEXT NOT NULL,
    playlist INTEGER NOT NULL,
    PRIMARY KEY (facet, value, playlist)
  ) STRICT, WITHOUT ROWID;
  CREATE VIRTUAL TABLE terms USING fts5(
    title, body, tracks,
    content='',
    tokenize="unicode61 remove_diacritics 0 categories 'L* M* N* P* S* Co'"
  );
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
