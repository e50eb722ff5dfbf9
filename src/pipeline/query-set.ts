import { createHash } from 'node:crypto'
import { type Static, Type } from 'typebox'
import { SegueError } from '../domain/errors.ts'
import { readJsonl } from './jsonl.ts'
import { readLines } from './lines.ts'

export const SOURCES = ['llm', 'metadata', 'logs'] as const
export type Source = (typeof SOURCES)[number]

/** A training pair before it is split into BEIR's files: a query and a playlist that answers it. */
export interface QueryPair {
  readonly query: string
  readonly id: string
  readonly source: Source
  /** What a listener wants: navigational, genre, mood ... or the template of a metadata query. */
  readonly intent: string
  /** From 0 to 1: how much the pair counts; clicks at the first rank count less. */
  readonly weight: number
}

/** A row of BEIR's queries.jsonl; the rest is metadata, as BEIR allows. */
export const QueryRow = Type.Object({
  _id: Type.String({ minLength: 1 }),
  text: Type.String({ minLength: 1, maxLength: 500 }),
  source: Type.Optional(Type.String()),
  intent: Type.Optional(Type.String()),
  weight: Type.Optional(Type.Number()),
})
export type QueryRow = Static<typeof QueryRow>

/** The id of a query is a hash of its folded text: one query has one id, whichever step writes it. */
export function queryId(text: string): string {
  return `q-${createHash('sha256').update(foldQuery(text)).digest('hex').slice(0, 12)}`
}

/** As `normaliseQuery`, without its refusals: what two spellings of a query share. */
export const foldQuery = (text: string): string =>
  text.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim()

/** Judged pairs: query id -> playlist id -> grade. */
export type Qrels = Map<string, Map<string, number>>

export const QRELS_HEADER = 'query-id\tcorpus-id\tscore'

/** Reads BEIR's qrels (TSV with a header). @throws SegueError `invalid_input` with file and line */
export async function readQrels(file: string): Promise<Qrels> {
  const qrels: Qrels = new Map()
  for await (const { text, line } of readLines(file)) {
    if (text === '' || (line === 1 && text === QRELS_HEADER)) continue
    const [query = '', id = '', grade = ''] = text.split('\t')
    if (query === '' || id === '' || !/^\d+$/.test(grade)) {
      throw new SegueError('invalid_input', `${file}:${line}: not a judgement: ${text.slice(0, 80)}`, {
        field: `${file}:${line}`,
        expected: 'query-id, corpus-id and a whole-number score, with tabs between',
      })
    }
    const judged = qrels.get(query) ?? new Map<string, number>()
    qrels.set(query, judged.set(id, Number(grade)))
  }
  return qrels
}

/** A queries.jsonl by id. */
export async function readQueryRows(file: string): Promise<Map<string, QueryRow>> {
  const rows = new Map<string, QueryRow>()
  for await (const { value } of readJsonl(file, QueryRow)) rows.set(value._id, value)
  return rows
}
