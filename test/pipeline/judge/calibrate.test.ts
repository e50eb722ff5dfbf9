import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../src/domain/random.ts'
import { calibrate, relevantShare } from '../../../src/pipeline/judge/calibrate.ts'
import { describeCalibration, describeShare } from '../../../src/pipeline/judge/report.ts'

const qrels = (grades: Readonly<Record<string, number>>) => new Map([['q', new Map(Object.entries(grades))]])

describe('calibrate', () => {
  it('measures over-rating on graded judgements', () => {
    const human = qrels({ a: 0, b: 1, c: 2, d: 3, e: 0, unseen: 3 })
    const judge = qrels({ a: 1, b: 2, c: 2, d: 3, e: 0, more: 0 })
    const found = calibrate(human, judge)
    expect(found).toMatchObject({ pairs: 5, binary: false, overRating: 0.4, higher: 0.4, lower: 0 })
    expect(found.confusion[0]).toEqual([1, 1, 0, 0])
    // c and d are found; a and e are refused, b is not.
    expect(found.sensitivity).toBe(1)
    expect(found.specificity).toBeCloseTo(2 / 3, 12)
    expect(describeCalibration(found)).toContain(
      'Over-rating: +0.400 grades on average; higher than people in 40.0 %',
    )
  })

  it('folds the judge’s grades where people said yes or no', () => {
    const found = calibrate(qrels({ a: 1, b: 0, c: 1, d: 0 }), qrels({ a: 2, b: 1, c: 3, d: 3 }))
    expect(found).toMatchObject({ binary: true, sensitivity: 1, specificity: 0.5, overRating: 0.25 })
    expect(found.linear).toBeCloseTo(0.5, 12)
    expect(found.quadratic).toBeCloseTo(0.5, 12)
    expect(describeCalibration(found)).toContain('| no | 0 | 1 | 0 | 1 |')
  })

  it('warns of a judge that agrees no better than chance, or not well enough', () => {
    const ids = Array.from({ length: 12 }, (_, index) => `d${index}`)
    const grades = (of: (index: number) => number) =>
      qrels(Object.fromEntries(ids.map((id, index) => [id, of(index)])))
    const people = grades((index) => index % 2)
    const said = (judge: (index: number) => number) => describeCalibration(calibrate(people, grades(judge)))
    expect(said(() => 3)).toContain('WARNING: do not use this judge')
    expect(said((index) => (index % 3 === 0 ? 3 : 0))).toContain('WARNING: do not use this judge')
    expect(said((index) => (index < 5 ? 2 : 3 * (index % 2)))).toContain('do not rely on this judge alone')
    expect(said((index) => 3 * (index % 2))).not.toContain('WARNING')
  })

  it('refuses judgements without a common pair', () => {
    expect(() => calibrate(qrels({ a: 1 }), qrels({ b: 1 }))).toThrow('no pair in common')
  })
})

describe('relevantShare', () => {
  it('takes a generous judge back to what people say', () => {
    const random = seededRandom(5)
    const truth: Record<string, number> = {}
    const judged: Record<string, number> = {}
    const sample: Record<string, number> = {}
    for (let index = 0; index < 2000; index++) {
      const relevant = random() < 0.4
      const id = `d${index}`
      truth[id] = relevant ? 1 : 0
      // One in three wrong answers is called good.
      judged[id] = relevant || random() < 1 / 3 ? 2 : 0
      if (index % 10 === 0) sample[id] = truth[id]
    }
    const { judged: raw, corrected } = relevantShare(qrels(sample), qrels(judged))
    const real = Object.values(truth).reduce((sum, grade) => sum + grade, 0) / 2000
    expect(raw - real).toBeGreaterThan(0.15)
    expect(corrected?.low).toBeLessThan(real)
    expect(corrected?.high).toBeGreaterThan(real)
    expect((corrected?.high ?? 1) - (corrected?.low ?? 0)).toBeLessThan(0.15)
    expect(corrected?.high).toBeLessThan(raw)
  })

  it('says when people graded too little', () => {
    const share = relevantShare(qrels({ a: 1 }), qrels({ a: 2, b: 2, c: 0 }))
    expect(share.corrected).toBeNull()
    expect(describeShare(share)).toContain('too few')
  })
})
