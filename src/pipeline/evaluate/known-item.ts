import { createHash } from 'node:crypto'
import { Type } from 'typebox'
import { normaliseQuery } from '../../domain/query.ts'
import { readJsonl } from '../jsonl.ts'
import type { Split } from '../splits.ts'
import type { EvalQuery, QuerySet } from './query-set.ts'

/** Queries that were written for a playlist: [type, text]. */
export const WrittenQueries = Type.Object({
  id: Type.String({ minLength: 1 }),
  queries: Type.Array(Type.Tuple([Type.String(), Type.String({ minLength: 1 })])),
})

/**
 * A query set from written queries: each query's one known answer is the playlist it was written for, grade 1.
 * Other playlists may be as right, so its figures compare systems; they are not a system's precision.
 *
 * @param split only queries of playlists in this split
 */
export async function knownItemSet(
  name: string,
  files: readonly string[],
  splits: ReadonlyMap<string, Split>,
  split: Split,
): Promise<QuerySet> {
  const queries = new Map<string, EvalQuery>()
  const qrels = new Map<string, Map<string, number>>()
  for (const file of files) {
    for await (const { value } of readJsonl(file, WrittenQueries)) {
      if (splits.get(value.id) !== split) continue
      for (const [intent, text] of value.queries) {
        const _id = queryId(split, value.id, text)
        queries.set(_id, { _id, text, intent, group: value.id })
        qrels.set(_id, new Map([[value.id, 1]]))
      }
    }
  }
  return { name, queries: [...queries.values()], qrels }
}

const queryId = (split: string, playlist: string, text: string): string =>
  `${split}-${createHash('sha256')
    .update(`${playlist}\n${normaliseQuery(text)}`)
    .digest('hex')
    .slice(0, 12)}`
