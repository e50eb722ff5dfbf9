import { basename, join, resolve } from 'node:path'
import { type Static, Type } from 'typebox'
import type { Qrels } from '../../domain/relevance.ts'
import { readJsonlBy, reportBadRow, writeJsonl, writeLines } from '../jsonl.ts'
import { readLines } from '../lines.ts'
import { QRELS_HEADER } from '../query-set.ts'

/** A row of queries.jsonl, as BEIR has it, with two optional fields of ours. */
export const EvalQuery = Type.Object({
  _id: Type.String({ minLength: 1 }),
  text: Type.String({ minLength: 1 }),
  intent: Type.Optional(
    Type.String({ description: 'Kind of query; `none` says that no good answer exists' }),
  ),
  group: Type.Optional(
    Type.String({
      description: 'Queries that are not independent, e.g. written for one playlist, share a group',
    }),
  ),
})
export type EvalQuery = Static<typeof EvalQuery>

/** Queries and what is relevant to them. */
export interface QuerySet {
  readonly name: string
  readonly queries: readonly EvalQuery[]
  readonly qrels: Qrels
}

/**
 * A query set in BEIR's form: a folder with queries.jsonl and qrels.tsv.
 *
 * @throws SegueError `invalid_input` with file, line and reason; so for a judgement of a query that is not there
 */
export async function readQuerySet(folder: string): Promise<QuerySet> {
  const queries = await readJsonlBy(join(folder, 'queries.jsonl'), EvalQuery, (query) => query._id)
  const qrels = await readQrels(join(folder, 'qrels.tsv'), new Set(queries.keys()))
  return { name: basename(resolve(folder)), queries: [...queries.values()], qrels }
}

/**
 * Judgements as TSV: query-id, corpus-id, score, with or without BEIR's header; TREC's four columns are read too.
 *
 * @throws SegueError `invalid_input` at a row that is neither, a pair judged twice, or a query that is not known
 */
export async function readQrels(file: string, known?: ReadonlySet<string>): Promise<Qrels> {
  const qrels = new Map<string, Map<string, number>>()
  for await (const { text, line } of readLines(file)) {
    if (text.trim() === '' || (line === 1 && text.startsWith('query-id'))) continue
    const fields = text.trim().split(/\s+/)
    const [query, id, score] = fields.length === 4 ? [fields[0], fields[2], fields[3]] : fields
    const grade = Number(score)
    const bad = (reason: string) => reportBadRow({ file, line, reason }, {})
    if (fields.length < 3 || fields.length > 4 || !query || !id || !Number.isInteger(grade)) {
      bad('not a judgement: query-id, corpus-id and a whole-number score, apart by tabs')
      continue
    }
    if (known && !known.has(query)) bad(`judges the query ${query}, which queries.jsonl does not have`)
    const judged = qrels.get(query) ?? new Map<string, number>()
    if (judged.has(id)) bad(`${query} and ${id} were judged before`)
    qrels.set(query, judged.set(id, grade))
  }
  return qrels
}

/** Writes a query set that `readQuerySet` reads. */
export async function writeQuerySet(folder: string, set: QuerySet): Promise<void> {
  await writeJsonl(join(folder, 'queries.jsonl'), set.queries)
  await writeLines(join(folder, 'qrels.tsv'), qrelsLines(set.qrels))
}

function* qrelsLines(qrels: Qrels): Generator<string> {
  yield QRELS_HEADER
  for (const [query, judged] of qrels) {
    for (const [id, grade] of judged) yield `${query}\t${id}\t${grade}`
  }
}
