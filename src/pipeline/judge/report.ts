import { markdownTable, share, signed } from '../report/table.ts'
import type { Calibration, RelevantShare } from './calibrate.ts'

/** A calibration in Markdown, for the terminal and for documents alike. */
export function describeCalibration(found: Calibration): string {
  const { confusion, binary } = found
  const rows = binary ? confusion.slice(0, 2) : confusion
  return [
    `${found.pairs} pairs graded by people and by the judge${binary ? '; people said yes or no, so grades 2 and 3 count as yes' : ''}.`,
    markdownTable({
      head: ['people \\ judge', ...confusion.map((_, grade) => String(grade))],
      rows: rows.map((row, grade) => [
        binary ? (['no', 'yes'][grade] ?? '') : String(grade),
        ...row.map(String),
      ]),
    }),
    [
      `Weighted kappa: linear ${share(found.linear)}, quadratic ${share(found.quadratic)}.`,
      `Over-rating: ${signed(found.overRating, 3)} grades on average; higher than people in ${percent(found.higher)}, lower in ${percent(found.lower)} of pairs.`,
      `Of what people call relevant the judge finds ${percent(found.sensitivity)}; of what they do not, it refuses ${percent(found.specificity)}.`,
    ].join('\n'),
  ].join('\n\n')
}

export function describeShare({ judged, pairs, corrected }: RelevantShare): string {
  const raw = `Relevant, of ${pairs} pairs judged: ${share(judged)} by the judge alone`
  if (!corrected) return `${raw}; too few pairs are graded by people, or by the judge alone, to correct it.`
  const { estimate, low, high, lambda } = corrected
  return `${raw}; ${share(estimate)} [${share(low)}, ${share(high)}] corrected by people’s grades (judge trusted at ${lambda.toFixed(2)}).`
}

const percent = (part: number): string => (Number.isFinite(part) ? `${(part * 100).toFixed(1)} %` : '–')
