import { createHash } from 'node:crypto'
import { confusion, weightedKappa } from '../../domain/agreement.ts'
import type { Metric, Qrels } from '../../domain/relevance.ts'
import { mean } from '../../domain/statistics.ts'
import { answerable, relevantGrade, scoreRun } from '../evaluate/compare.ts'
import type { QuerySet } from '../evaluate/query-set.ts'
import { openProgress } from '../progress.ts'
import type { Probe } from './probe.ts'
import type { Snapshot } from './snapshot.ts'

const SHOWN = 10
const IN_FLIGHT = 4
/** "Matches well" on the scale of 0 to 3. */
const RELEVANT = 2

type Captured = Pick<
  Snapshot,
  'format' | 'model' | 'index' | 'playlists' | 'canary' | 'answers' | 'quality'
> &
  Pick<Snapshot, 'emptyShare' | 'lowShare'>

/**
 * Asks the canary queries and scores what comes back.
 *
 * @param lowScore a best hit below it is weak
 */
export async function capture(probe: Probe, canary: QuerySet, lowScore: number): Promise<Captured> {
  const progress = openProgress(`canary ${canary.name}`, canary.queries.length, 'queries')
  const answers: Snapshot['answers'] = []
  for (let from = 0; from < canary.queries.length; from += IN_FLIGHT) {
    const batch = canary.queries.slice(from, from + IN_FLIGHT)
    const given = await Promise.all(batch.map(({ text }) => probe.ask(text, SHOWN)))
    given.forEach((answer, index) => {
      answers.push({ query: (batch[index] as (typeof batch)[number])._id, ...answer })
    })
    progress.update(answers.length)
  }
  progress.done()
  const asked = new Set(answerable(canary).map(({ _id }) => _id))
  const expected = answers.filter(({ query }) => asked.has(query))
  const share = (test: (answer: Snapshot['answers'][number]) => boolean) =>
    expected.length === 0 ? 0 : expected.filter(test).length / expected.length
  return {
    format: 'segue-monitor/1',
    ...probe.about(),
    canary: fingerprint(canary),
    answers,
    quality: {
      ndcg: mean(scoresOf(answers, canary, 'ndcg@10')),
      recall: mean(scoresOf(answers, canary, 'recall@10')),
      judged: mean(scoresOf(answers, canary, 'judged@10')),
    },
    emptyShare: share(({ ids }) => ids.length === 0),
    lowShare: share(({ topScore }) => topScore !== null && topScore < lowScore),
  }
}

/** One metric for each answerable query, in the order of the canary set. */
export function scoresOf(answers: Snapshot['answers'], canary: QuerySet, metric: Metric): number[] {
  const run = new Map(answers.map(({ query, ids }) => [query, ids]))
  return scoreRun(canary, run, relevantGrade(canary, RELEVANT)).map((scores) => scores[metric])
}

/** Agreement of a judge's new grades with the frozen ones, over the pairs that both have; null without any. */
export function judgeAgreement(frozen: Qrels, judge: Qrels): Snapshot['judge'] {
  const pairs: [number, number][] = []
  for (const [query, judged] of judge) {
    for (const [id, grade] of judged) {
      const before = frozen.get(query)?.get(id)
      if (before !== undefined) pairs.push([before, grade])
    }
  }
  if (pairs.length === 0) return null
  const kappa = weightedKappa(confusion(pairs, 4), 'linear')
  return { pairs: pairs.length, kappa: Number.isNaN(kappa) ? 0 : kappa }
}

function fingerprint(canary: QuerySet): string {
  const judged = [...canary.qrels].map(([query, grades]) => [query, [...grades]])
  const content = JSON.stringify([canary.queries.map(({ _id, text }) => [_id, text]), judged])
  return createHash('sha256').update(content).digest('hex').slice(0, 16)
}
