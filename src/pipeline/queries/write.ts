import { join } from 'node:path'
import { writeJsonl, writeLines } from '../jsonl.ts'
import { QRELS_HEADER, type QueryPair, type QueryRow, queryId } from '../query-set.ts'

/**
 * Writes pairs as BEIR's queries.jsonl and qrels.tsv (grade 1: known to answer), in the order of the queries' ids, so
 * that the same pairs give the same bytes. A query that several playlists answer is one query.
 */
export async function writeQuerySet(folder: string, pairs: readonly QueryPair[]): Promise<number> {
  const queries = new Map<string, QueryRow>()
  const judged = new Set<string>()
  for (const { query, id, source, intent, weight } of pairs) {
    const _id = queryId(query)
    const before = queries.get(_id)
    if (!before) queries.set(_id, { _id, text: query, source, intent, weight })
    else if ((before.weight ?? 0) < weight) queries.set(_id, { ...before, weight })
    judged.add(`${_id}\t${id}\t1`)
  }
  const rows = [...queries.values()].sort((a, b) => (a._id < b._id ? -1 : 1))
  await writeJsonl(join(folder, 'queries.jsonl'), rows)
  await writeLines(join(folder, 'qrels.tsv'), [QRELS_HEADER, ...[...judged].sort()])
  return rows.length
}
