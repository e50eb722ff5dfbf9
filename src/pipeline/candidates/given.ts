import { SegueError } from '../../domain/errors.ts'
import type { Engines } from '../engines.ts'
import { readLines } from '../lines.ts'
import { openProgress } from '../progress.ts'
import { foldQuery, queryId } from '../query-set.ts'
import { type CandidatePair, PROPOSERS, type Proposer } from './pair.ts'
import { cosine } from './propose.ts'

export interface GivenPair {
  readonly query: string
  readonly id: string
  readonly source: Proposer
}

/**
 * Pairs proposed elsewhere: a TSV with a header that has the columns query and id, and source where it is known. An
 * earlier labelling is such a file.
 */
export async function* givenPairs(file: string): AsyncGenerator<GivenPair> {
  let columns: Record<'query' | 'id' | 'source', number> | null = null
  for await (const { text, line } of readLines(file)) {
    if (text === '') continue
    const cells = text.split('\t')
    if (columns === null) {
      columns = { query: cells.indexOf('query'), id: cells.indexOf('id'), source: cells.indexOf('source') }
      if (columns.query >= 0 && columns.id >= 0) continue
      throw new SegueError('invalid_input', `${file}:1: the header names no query and id`, {
        field: `${file}:1`,
        expected: 'a TSV with the columns query, id and, where known, source',
      })
    }
    const [query = '', id = '', name = ''] = [columns.query, columns.id, columns.source].map(
      (at) => cells[at] ?? '',
    )
    if (query === '' || id === '') {
      throw new SegueError('invalid_input', `${file}:${line}: the query or the id is empty`, {
        field: `${file}:${line}`,
      })
    }
    yield { query, id, source: PROPOSERS.find((proposer) => proposer === name) ?? 'given' }
  }
}

/** Pairs of a file, with the scores that the positive-aware rule needs; known answers give the known score. */
export async function* scoreGiven(
  file: string,
  { embedder, bundle }: Engines,
): AsyncGenerator<CandidatePair> {
  const byQuery = new Map<string, Pick<CandidatePair, 'id' | 'source'>[]>()
  for await (const { query, id, source } of givenPairs(file)) {
    byQuery.set(query, [...(byQuery.get(query) ?? []), { id, source }])
  }
  const progress = openProgress('candidates', byQuery.size, 'queries')
  let done = 0
  for (const [query, pairs] of byQuery) {
    const { vector } = await embedder.embed(foldQuery(query), 'query')
    const scores = await Promise.all(pairs.map(({ id }) => cosine(bundle.retriever, vector, id)))
    const known = pairs.findIndex(({ source }) => source === 'known')
    for (const [i, { id, source }] of pairs.entries()) {
      yield {
        query_id: queryId(query),
        query,
        id,
        source,
        score: scores[i] ?? null,
        known_score: known < 0 ? null : (scores[known] ?? null),
      }
    }
    progress.update(++done)
  }
  progress.done()
}
