import { DECISIONS, type Decision, type LabelledPair, RELEVANT } from './decide.ts'

/** How far the labeller can be trusted, and what it made. */
export interface LabelReport {
  readonly decisions: Readonly<Record<Decision, number>>
  readonly whyDropped: Readonly<Record<string, number>>
  /** Grades by proposer. */
  readonly grades: Readonly<Record<string, readonly [number, number, number, number]>>
  /** Probes graded 0, of all probes. */
  readonly probes: { readonly caught: number; readonly of: number }
  /** Known answers graded 2 or 3, of all known answers. */
  readonly known: { readonly confirmed: number; readonly of: number }
}

export function reportLabels(pairs: readonly LabelledPair[]): LabelReport {
  const decisions: Record<Decision, number> = { positive: 0, hard_negative: 0, dropped: 0 }
  const whyDropped: Record<string, number> = {}
  const grades: Record<string, [number, number, number, number]> = {}
  for (const { decision, why, source, grade } of pairs) {
    decisions[decision]++
    if (why !== '') whyDropped[why] = (whyDropped[why] ?? 0) + 1
    const row = grades[source] ?? [0, 0, 0, 0]
    row[grade as 0 | 1 | 2 | 3]++
    grades[source] = row
  }
  const of = (source: string) => pairs.filter((pair) => pair.source === source)
  const [probes, known] = [of('probe'), of('known')]
  return {
    decisions,
    whyDropped,
    grades,
    probes: { caught: probes.filter(({ grade }) => grade === 0).length, of: probes.length },
    known: { confirmed: known.filter(({ grade }) => grade >= RELEVANT).length, of: known.length },
  }
}

/** The report in plain lines. */
export function describeLabels({ decisions, whyDropped, grades, probes, known }: LabelReport): string {
  return [
    DECISIONS.map((decision) => `${decision} ${decisions[decision]}`).join(', '),
    `dropped: ${
      Object.entries(whyDropped)
        .map(([why, n]) => `${why} ${n}`)
        .join(', ') || 'none'
    }`,
    ...Object.entries(grades).map(([source, row]) => `${source}: grades 0-3 ${row.join(' / ')}`),
    `probes graded 0: ${probes.caught} of ${probes.of}; known answers graded 2 or 3: ${known.confirmed} of ${known.of}`,
  ].join('\n')
}
