import type { Interval } from '../../domain/statistics.ts'
import { escapeHtml } from './page.ts'
import { share } from './table.ts'

export interface IntervalMark {
  readonly label: string
  readonly interval: Interval
  /** The system that others are compared with: drawn in grey. */
  readonly base: boolean
}

/** About the pixels of a column on a desktop, so that text is drawn in its own size there. */
const WIDTH = 260
const ROW = 40
const LEFT = 4
const RIGHT = 40
const TOP = 4

/**
 * Means with their 95 % intervals, one row each, as inline SVG. Labels stand above their marks, so that long names
 * stay readable on a phone. The axis starts at 0: a share must not look doubled that is not.
 */
export function intervalPlot(caption: string, marks: readonly IntervalMark[]): string {
  const limit = axisEnd(Math.max(...marks.map(({ interval }) => interval.high)))
  const x = (value: number) => LEFT + (value / limit) * (WIDTH - LEFT - RIGHT)
  const bottom = TOP + marks.length * ROW + 4
  const ticks = Array.from({ length: Math.round(limit / 0.2) + 1 }, (_, index) => index * 0.2)
  const grid = ticks.map((tick) => {
    const anchor = tick === 0 ? 'start' : 'middle'
    return `<line class="grid" x1="${figure(x(tick))}" x2="${figure(x(tick))}" y1="${TOP}" y2="${bottom}"/>
<text class="soft" x="${figure(x(tick))}" y="${bottom + 16}" text-anchor="${anchor}">${tick.toFixed(1)}</text>`
  })
  const rows = marks.map(({ label, interval, base }, index) => {
    const y = TOP + index * ROW + 26
    const { mean, low, high } = interval
    return `<text x="${LEFT + 2}" y="${y - 11}">${escapeHtml(label)}</text>
<line class="mark${base ? ' base' : ''}" x1="${figure(x(low))}" x2="${figure(x(high))}" y1="${y}" y2="${y}" stroke-width="2"/>
<circle class="mark${base ? ' base' : ''}" cx="${figure(x(mean))}" cy="${y}" r="4.5"/>
<text x="${figure(Math.max(x(high) + 7, x(mean) + 9))}" y="${y + 4}">${share(mean)}</text>`
  })
  const spoken = marks
    .map(
      ({ label, interval }) =>
        `${label} ${share(interval.mean)} (${share(interval.low)} to ${share(interval.high)})`,
    )
    .join('; ')
  return `<figure><figcaption>${escapeHtml(caption)}</figcaption>
<svg viewBox="0 0 ${WIDTH} ${bottom + 22}" role="img" aria-label="${escapeHtml(`${caption}: ${spoken}`)}">
${grid.join('\n')}
${rows.join('\n')}
</svg></figure>`
}

/** The next fifth above the highest value. */
const axisEnd = (highest: number): number => Math.max(0.2, Math.min(1, Math.ceil(highest * 5 - 1e-9) / 5))

const figure = (value: number): string => value.toFixed(1)
