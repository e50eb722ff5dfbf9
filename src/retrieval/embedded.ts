import type { Db } from '../catalog/sqlite.ts'
import type { Filter } from '../domain/filter.ts'
import { KINDS, type Kind } from '../domain/playlist.ts'
import { nearest } from './dense.ts'
import { openRowFilter } from './filtering.ts'
import type { Hnsw } from './hnsw.ts'
import { type LexicalScores, openLexicalLeg } from './lexical.ts'
import type { Candidate, Retriever } from './retriever.ts'
import { rangesOf } from './rows.ts'
import { openTitleLookup, type TitleMatches } from './titles.ts'

const NONE: ReadonlyMap<number, number> = new Map()
const NO_TITLES: TitleMatches = new Map()

/** What text and filter alone say of one kind. */
interface Worded {
  readonly kind: Kind
  /** Rows that the filter leaves; null where it leaves all. */
  readonly allowed: ReadonlySet<number> | null
  readonly best: ReadonlyMap<number, number>
  readonly titles: TitleMatches
}

/** The embedded engine: one graph for each kind, text and filters in SQLite; a row is a vector's label in both. */
export function openEmbeddedRetriever(db: Db, graphs: Readonly<Record<Kind, Hnsw>>): Retriever {
  const ids = db.prepareColumn<[], string>('SELECT id FROM playlists ORDER BY rowid').all()
  const place = db.prepare<[string], { row: number; kind: Kind }>(
    'SELECT rowid AS row, kind FROM playlists WHERE id = ?',
  )
  const ranges = rangesOf({ editorial: graphs.editorial.count, community: graphs.community.count })
  const rowsLeft = openRowFilter(db)
  const score = openLexicalLeg(db)
  const titlesLike = openTitleLookup(db)

  return {
    async retrieve({ text, filter, depth, vector: coming }) {
      const kinds = filter.kind ? [filter.kind] : KINDS
      const lexical = text === '' ? null : score(text)
      try {
        const worded = kinds.map((kind) => byWords(kind, text, filter, depth, lexical))
        const vector = await coming
        return worded.flatMap((found) => withVector(found, vector, depth, lexical))
      } finally {
        lexical?.release()
      }
    },
    async vector(id) {
      const found = place.get(id)
      return found ? graphs[found.kind].vectors.at(found.row).slice() : null
    },
    close: () => undefined,
  }

  function byWords(
    kind: Kind,
    text: string,
    filter: Filter,
    depth: number,
    lexical: LexicalScores | null,
  ): Worded {
    const range = ranges[kind]
    const allowed = rowsLeft(filter, range)
    if (graphs[kind].count === 0 || allowed?.size === 0)
      return { kind, allowed, best: NONE, titles: NO_TITLES }
    const titles = text === '' ? NO_TITLES : titlesLike(text, range, allowed)
    return { kind, allowed, best: lexical?.best(range, depth, allowed) ?? NONE, titles }
  }

  /** A row that one leg found gets its exact score from the other too: neither leg's depth shows in the ranking. */
  function withVector(
    { kind, allowed, best, titles }: Worded,
    vector: Float32Array | null,
    depth: number,
    lexical: LexicalScores | null,
  ): Candidate[] {
    const graph = graphs[kind]
    const dense = vector && allowed?.size !== 0 ? nearest(graph, vector, depth, allowed) : NONE
    const scoreOf = vector && graph.vectors.against(vector)
    const rows = new Set([...dense.keys(), ...best.keys(), ...titles.keys()])
    return Array.from(rows, (row) => ({
      id: ids[row - 1] as string,
      kind,
      dense: scoreOf && (dense.get(row) ?? scoreOf(row)),
      lexical: lexical?.of(row) ?? 0,
      title: titles.get(row) ?? null,
    }))
  }
}
