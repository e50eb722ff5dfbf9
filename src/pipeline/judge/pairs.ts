import { SegueError } from '../../domain/errors.ts'
import type { Playlist } from '../../domain/playlist.ts'
import type { QuerySet } from '../evaluate/query-set.ts'
import type { Run } from '../evaluate/trec-run.ts'
import { stableShuffle } from '../stable.ts'
import type { JudgeItem } from './task.ts'

/** Which pairs are judged, by query id. */
export type Pool = ReadonlyMap<string, ReadonlySet<string>>

/** The pairs that people judged: for calibration. */
export function judgedPairs({ qrels }: QuerySet): Pool {
  return new Map([...qrels].map(([query, judged]) => [query, new Set(judged.keys())]))
}

/** The union of the first `depth` of several systems: whatever they disagree on is judged alike for all. */
export function pooledPairs(runs: readonly Run[], depth: number): Pool {
  const pool = new Map<string, Set<string>>()
  for (const run of runs) {
    for (const [query, ranking] of run) {
      const ids = pool.get(query) ?? new Set<string>()
      for (const id of ranking.slice(0, depth)) ids.add(id)
      pool.set(query, ids)
    }
  }
  return pool
}

/** So many pairs of a pool, chosen by a hash of the pair: the same on every run, and a part of any larger sample. */
export function samplePairs(pool: Pool, size: number): Pool {
  const pairs = [...pool].flatMap(([query, ids]) => [...ids].map((id) => ({ query, id })))
  const sampled = new Map<string, Set<string>>()
  for (const { query, id } of stableShuffle(pairs, (pair) => `${pair.query}\t${pair.id}`).slice(0, size)) {
    sampled.set(query, (sampled.get(query) ?? new Set()).add(id))
  }
  return sampled
}

/** @throws SegueError `invalid_input` where a pair names a query or a playlist that is not there */
export function* judgeItems(
  set: QuerySet,
  pool: Pool,
  playlists: ReadonlyMap<string, Playlist>,
): Generator<JudgeItem> {
  const texts = new Map(set.queries.map(({ _id, text }) => [_id, text]))
  for (const [queryId, ids] of pool) {
    const query = texts.get(queryId)
    if (query === undefined) throw missing(`a query ${queryId}`, set.name)
    for (const id of ids) {
      const playlist = playlists.get(id)
      if (!playlist) throw missing(`a playlist ${id}`, 'the corpus')
      yield { queryId, query, playlist }
    }
  }
}

function missing(what: string, where: string): SegueError {
  return new SegueError('invalid_input', `A pair names ${what} that ${where} does not have`, {
    expected: 'runs and judgements of this query set over this corpus (--corpus FILE..)',
  })
}
