import type { Db } from '../catalog/sqlite.ts'
import { KINDS, type Kind } from '../domain/playlist.ts'
import { nearest, type Scored } from './dense.ts'
import { openRowFilter } from './filtering.ts'
import type { Hnsw } from './hnsw.ts'
import { type LexicalScores, openLexicalLeg } from './lexical.ts'
import type { Candidate, RetrievalRequest, Retriever } from './retriever.ts'
import { rangesOf } from './rows.ts'
import { openTitleLookup, type TitleMatches } from './titles.ts'

const NONE: ReadonlyMap<number, number> = new Map()

/** The embedded engine: one graph for each kind, text and filters in SQLite; a row is a vector's label in both. */
export function openEmbeddedRetriever(db: Db, graphs: Readonly<Record<Kind, Hnsw>>): Retriever {
  const ids = db.prepare<[], string>('SELECT id FROM playlists ORDER BY rowid').pluck().all()
  const place = db.prepare<[string], { row: number; kind: Kind }>(
    'SELECT rowid AS row, kind FROM playlists WHERE id = ?',
  )
  const ranges = rangesOf({ editorial: graphs.editorial.count, community: graphs.community.count })
  const rowsLeft = openRowFilter(db)
  const score = openLexicalLeg(db)
  const titlesLike = openTitleLookup(db)

  return {
    async retrieve(request) {
      const lexical = request.text === '' ? null : score(request.text)
      const kinds = request.filter.kind ? [request.filter.kind] : KINDS
      return kinds.flatMap((kind) => ofKind(kind, request, lexical))
    },
    async vector(id) {
      const found = place.get(id)
      return found ? graphs[found.kind].vectors.at(found.row).slice() : null
    },
    close: () => undefined,
  }

  /** A row that one leg found gets its exact score from the other too: neither leg's depth shows in the ranking. */
  function ofKind(
    kind: Kind,
    { text, vector, filter, depth }: RetrievalRequest,
    lexical: LexicalScores | null,
  ): Candidate[] {
    const graph = graphs[kind]
    const range = ranges[kind]
    const allowed = rowsLeft(filter, range)
    if (graph.count === 0 || allowed?.size === 0) return []
    const dense: Scored | null = vector && nearest(graph, vector, depth, allowed)
    const titles: TitleMatches = text === '' ? new Map() : titlesLike(text, range, allowed)
    const worded = lexical?.best(range, depth, allowed) ?? NONE
    const rows = new Set([...(dense ?? NONE).keys(), ...worded.keys(), ...titles.keys()])
    return Array.from(rows, (row) => ({
      id: ids[row - 1] as string,
      kind,
      dense: vector && (dense?.get(row) ?? graph.vectors.score(row, vector)),
      lexical: lexical?.of(row) ?? 0,
      title: titles.get(row) ?? null,
    }))
  }
}
