import { SegueError } from '../../domain/errors.ts'
import type { Engines } from '../engines.ts'
import { readLines } from '../lines.ts'
import { openProgress } from '../progress.ts'
import { foldQuery, queryId } from '../query-set.ts'
import { type CandidatePair, PROPOSERS, type Proposer } from './pair.ts'
import { bestCosine, cosine } from './propose.ts'

export interface GivenPair {
  readonly query: string
  readonly id: string
  readonly source: Proposer
  /** The playlist that the query was written for; '' where it is not said. */
  readonly known: string
}

/**
 * Pairs proposed elsewhere: a TSV with a header that has the columns query and id, source where it is known, and
 * written_for, the playlist that the query was written for. An earlier labelling is such a file.
 */
export async function* givenPairs(file: string): AsyncGenerator<GivenPair> {
  let header: string[] | null = null
  for await (const { text, line } of readLines(file)) {
    if (text === '') continue
    const cells = text.split('\t')
    if (header === null) {
      header = cells
      if (cells.includes('query') && cells.includes('id')) continue
      throw new SegueError('invalid_input', `${file}:1: the header names no query and id`, {
        field: `${file}:1`,
        expected: 'a TSV with the columns query, id and, where known, source and written_for',
      })
    }
    const row = Object.fromEntries(header.map((name, i) => [name, cells[i] ?? '']))
    const { query = '', id = '', source, written_for: known = '' } = row
    if (query === '' || id === '') {
      throw new SegueError('invalid_input', `${file}:${line}: the query or the id is empty`, {
        field: `${file}:${line}`,
      })
    }
    yield { query, id, source: PROPOSERS.find((proposer) => proposer === source) ?? 'given', known }
  }
}

/** Pairs of a file, with the scores that the positive-aware rule needs. */
export async function* scoreGiven(
  file: string,
  { embedder, bundle }: Engines,
): AsyncGenerator<CandidatePair> {
  const byQuery = new Map<string, GivenPair[]>()
  for await (const pair of givenPairs(file)) {
    byQuery.set(pair.query, [...(byQuery.get(pair.query) ?? []), pair])
  }
  const progress = openProgress('candidates', byQuery.size, 'queries')
  let done = 0
  for (const [query, pairs] of byQuery) {
    const { vector } = await embedder.embed(foldQuery(query), 'query')
    const known = pairs.map((pair) => (pair.source === 'known' ? pair.id : pair.known))
    const knownScore = await bestCosine(bundle.retriever, vector, new Set(known))
    for (const { id, source } of pairs) {
      const score = await cosine(bundle.retriever, vector, id)
      yield { query_id: queryId(query), query, id, source, score, known_score: knownScore }
    }
    progress.update(++done)
  }
  progress.done()
}
