import { type Confusion, confusion, weightedKappa } from '../../domain/agreement.ts'
import { SegueError } from '../../domain/errors.ts'
import { type PoweredEstimate, predictionPoweredMean } from '../../domain/prediction-powered.ts'
import type { Qrels } from '../../domain/relevance.ts'
import { mean } from '../../domain/statistics.ts'

const GRADES = 4
/** Linear kappa from which agreement with people is called substantial (Landis and Koch 1977). */
export const RELIABLE_KAPPA = 0.6
/** And up to which it is called slight: little more than chance gives. */
export const CHANCE_KAPPA = 0.2
/** "Good": the judge's lowest grade that counts as relevant. */
const RELEVANT = 2

/** How a judge compares with people on the pairs that both graded. */
export interface Calibration {
  readonly pairs: number
  /** People said yes or no only: the judge's grades 2 and 3 count as yes in the kappas. */
  readonly binary: boolean
  /** Rows: people's grade; columns: the judge's. */
  readonly confusion: Confusion
  readonly linear: number
  readonly quadratic: number
  /** Mean of the judge's grade less people's, on people's scale; above 0 the judge over-rates. */
  readonly overRating: number
  /** Shares of pairs graded higher, and lower, than people did. */
  readonly higher: number
  readonly lower: number
  /** Of what people call relevant, the share the judge calls so; and of what they do not. */
  readonly sensitivity: number
  readonly specificity: number
}

/** @throws SegueError `invalid_input` where there is no common pair */
export function calibrate(human: Qrels, judge: Qrels): Calibration {
  const pairs = commonPairs(human, judge)
  if (pairs.length === 0) {
    throw new SegueError('invalid_input', 'Judge and people have no pair in common', {
      expected: 'judgements of the pairs that people graded',
    })
  }
  const binary = pairs.every(([people]) => people <= 1)
  const onScale = pairs.map(([people, model]): [number, number] => [
    people,
    binary ? Number(model >= RELEVANT) : model,
  ])
  const scored = confusion(onScale, binary ? 2 : GRADES)
  const relevant = ([people]: readonly [number, number]) => people >= (binary ? 1 : RELEVANT)
  const said = (list: readonly (readonly [number, number])[], yes: boolean) =>
    mean(list.map(([, model]) => Number(model >= RELEVANT === yes)))
  return {
    pairs: pairs.length,
    binary,
    confusion: confusion(pairs, GRADES),
    linear: weightedKappa(scored, 'linear'),
    quadratic: weightedKappa(scored, 'quadratic'),
    overRating: mean(onScale.map(([people, model]) => model - people)),
    higher: mean(onScale.map(([people, model]) => Number(model > people))),
    lower: mean(onScale.map(([people, model]) => Number(model < people))),
    sensitivity: said(pairs.filter(relevant), true),
    specificity: said(
      pairs.filter((pair) => !relevant(pair)),
      false,
    ),
  }
}

export interface RelevantShare {
  /** What the judge alone says. */
  readonly judged: number
  readonly pairs: number
  /** Corrected by the pairs that people graded too; null where they are too few. */
  readonly corrected: PoweredEstimate | null
}

/**
 * The share of relevant answers in all that the judge graded, corrected by people's grades of some of them
 * (prediction-powered inference). People's pairs must be a random sample of the judge's.
 */
export function relevantShare(human: Qrels, judge: Qrels): RelevantShare {
  const people: number[] = []
  const both: number[] = []
  const alone: number[] = []
  const grades = [...human.values()].flatMap((judged) => [...judged.values()])
  const threshold = grades.every((grade) => grade <= 1) ? 1 : RELEVANT
  for (const [query, judged] of judge) {
    for (const [id, grade] of judged) {
      const said = human.get(query)?.get(id)
      if (said === undefined) alone.push(Number(grade >= RELEVANT))
      else {
        people.push(Number(said >= threshold))
        both.push(Number(grade >= RELEVANT))
      }
    }
  }
  const enough = people.length >= 2 && alone.length >= 2
  return {
    judged: mean([...both, ...alone]),
    pairs: both.length + alone.length,
    corrected: enough ? predictionPoweredMean(people, both, alone) : null,
  }
}

function commonPairs(human: Qrels, judge: Qrels): [number, number][] {
  return [...human].flatMap(([query, judged]) =>
    [...judged].flatMap(([id, grade]): [number, number][] => {
      const model = judge.get(query)?.get(id)
      return model === undefined ? [] : [[grade, model]]
    }),
  )
}
