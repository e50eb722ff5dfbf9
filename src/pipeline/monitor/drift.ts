import { populationStability, rankBiasedOverlap } from '../../domain/drift.ts'
import { mean, randomisationTest } from '../../domain/statistics.ts'
import type { QuerySet } from '../evaluate/query-set.ts'
import { scoresOf } from './capture.ts'
import type { Snapshot } from './snapshot.ts'

/** How a run differs from an earlier one on the same canary set. */
export interface Drift {
  /** Of the earlier run. */
  readonly at: string
  readonly ndcgDrop: number
  /** Paired randomisation test of nDCG@10 over the canary queries. */
  readonly ndcgP: number
  readonly rbo: number
  /** Of the top scores: canary queries, and listeners' searches where both runs have them. */
  readonly psi: number
  readonly trafficPsi: number | null
  readonly lowShareRise: number
  readonly playlistsDrop: number | null
}

export function driftFrom(before: Snapshot, now: Snapshot, canary: QuerySet): Drift {
  const scoresBefore = scoresOf(before.answers, canary, 'ndcg@10')
  const differences = scoresOf(now.answers, canary, 'ndcg@10').map(
    (score, index) => score - (scoresBefore[index] as number),
  )
  const idsBefore = new Map(before.answers.map(({ query, ids }) => [query, ids]))
  return {
    at: before.at,
    ndcgDrop: -mean(differences),
    ndcgP: randomisationTest(differences),
    rbo: mean(now.answers.map(({ query, ids }) => rankBiasedOverlap(ids, idsBefore.get(query) ?? []))),
    psi: populationStability(topScores(before), topScores(now), BINS),
    trafficPsi:
      before.traffic && now.traffic
        ? populationStability(before.traffic.topScores, now.traffic.topScores)
        : null,
    lowShareRise: now.lowShare - before.lowShare,
    playlistsDrop: before.playlists && now.playlists !== null ? 1 - now.playlists / before.playlists : null,
  }
}

/** A hundred canary queries fill five bins; ten would make noise of their own. */
const BINS = 5

/** An empty answer scores 0: it must move the distribution, not leave it. */
const topScores = ({ answers }: Snapshot): number[] => answers.map(({ topScore }) => topScore ?? 0)
