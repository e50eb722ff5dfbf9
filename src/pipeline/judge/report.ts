import { markdownTable, share, signed } from '../report/table.ts'
import { type Calibration, CHANCE_KAPPA, RELIABLE_KAPPA, type RelevantShare } from './calibrate.ts'

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
    adviceOn(found),
  ].join('\n\n')
}

/** What the agreement is good for: a judge that nobody warns of is used. */
function adviceOn({ linear }: Calibration): string {
  if (linear >= RELIABLE_KAPPA) return 'It agrees with people well enough to compare systems by.'
  const below = (limit: number) => `linear kappa ${share(linear)} is below ${share(limit)}`
  // A judge that gives all pairs one grade has no kappa at all.
  if (!(linear >= CHANCE_KAPPA)) {
    return `WARNING: do not use this judge: ${below(CHANCE_KAPPA)}, little more agreement with people than chance gives. Another model or prompt is needed.`
  }
  return `WARNING: do not rely on this judge alone: ${below(RELIABLE_KAPPA)}. It may order systems that lie far apart; correct every share by people's grades.`
}

export function describeShare({ judged, pairs, corrected }: RelevantShare): string {
  const raw = `Relevant, of ${pairs} pairs judged: ${share(judged)} by the judge alone`
  if (!corrected) return `${raw}; too few pairs are graded by people, or by the judge alone, to correct it.`
  const { estimate, low, high, lambda } = corrected
  return `${raw}; ${share(estimate)} [${share(low)}, ${share(high)}] corrected by people’s grades (judge trusted at ${lambda.toFixed(2)}).`
}

const percent = (part: number): string => (Number.isFinite(part) ? `${(part * 100).toFixed(1)} %` : '–')
