import type { Db } from '../catalog/sqlite.ts'
import { KINDS, type Kind } from '../domain/playlist.ts'
import { nearest, type Scored } from './dense.ts'
import { openFilters, type Selection } from './filtering.ts'
import type { Hnsw } from './hnsw.ts'
import { type LexicalQuery, openLexicalLeg } from './lexical.ts'
import type { Candidate, RetrievalRequest, Retriever } from './retriever.ts'
import { rangesOf } from './rows.ts'
import { openTitleLookup, type TitleMatches } from './titles.ts'

/** The embedded engine: one graph for each kind, text and filters in SQLite; a row is a vector's label in both. */
export function openEmbeddedRetriever(db: Db, graphs: Readonly<Record<Kind, Hnsw>>): Retriever {
  const ids = db.prepare<[], string>('SELECT id FROM playlists ORDER BY rowid').pluck().all()
  const rowOf = db.prepare<[string], { row: number; kind: Kind }>(
    'SELECT rowid AS row, kind FROM playlists WHERE id = ?',
  )
  const ranges = rangesOf({ editorial: graphs.editorial.count, community: graphs.community.count })
  const selectionOf = openFilters(db)
  const lexicalLeg = openLexicalLeg(db, ids.length)
  const titlesLike = openTitleLookup(db)

  return {
    async retrieve(request) {
      const query = request.vector
      const terms = request.text === '' ? null : lexicalLeg.parse(request.text)
      const selection = selectionOf(request.filter)
      const kinds = request.filter.kind ? [request.filter.kind] : KINDS
      return kinds.flatMap((kind) => ofKind(kind, request, query, terms, selection))
    },
    async vector(id) {
      const found = rowOf.get(id)
      return found ? graphs[found.kind].vectors.at(found.row).slice() : null
    },
    close: () => undefined,
  }

  function ofKind(
    kind: Kind,
    { text, depth }: RetrievalRequest,
    query: Float32Array | null,
    terms: LexicalQuery | null,
    selection: Selection | null,
  ): Candidate[] {
    const graph = graphs[kind]
    const range = ranges[kind]
    if (graph.count === 0) return []
    const selected = selection?.rows(range.first, range.last) ?? null
    if (selected?.length === 0) return []
    const dense: Scored = query ? nearest(graph, query, depth, selected) : new Map()
    const titles: TitleMatches = text === '' ? new Map() : titlesLike(text, range, selection)
    const foundOtherwise = [...dense.keys(), ...titles.keys()]
    const lexical = terms
      ? lexicalLeg.search(terms, range, depth, foundOtherwise, selection)
      : new Map<number, number>()

    return [...new Set([...foundOtherwise, ...lexical.keys()])].map((row) => ({
      id: ids[row - 1] as string,
      kind,
      dense: query ? (dense.get(row) ?? graph.vectors.score(row, query)) : null,
      lexical: lexical.get(row) ?? 0,
      title: titles.get(row) ?? null,
    }))
  }
}
