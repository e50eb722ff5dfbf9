import { escapeHtml } from './page.ts'
import { share } from './table.ts'

export interface LinePlot {
  readonly caption: string
  /** Oldest first; null where a run did not measure it. */
  readonly values: readonly (number | null)[]
  /** What each value belongs to, for the ends of the axis. */
  readonly labels: readonly string[]
  readonly threshold: number
  /** Whether the latest value is on the wrong side. */
  readonly fired: boolean
}

const WIDTH = 260
const HEIGHT = 128
const EDGE = { left: 38, right: 40, top: 10, bottom: 26 }

/** One measure over time with its threshold, as inline SVG. */
export function linePlot({ caption, values, labels, threshold, fired }: LinePlot): string {
  const known = values.filter((value) => value !== null)
  const [low, high] = span([...known, threshold])
  const x = (index: number) =>
    EDGE.left + (values.length < 2 ? 0.5 : index / (values.length - 1)) * (WIDTH - EDGE.left - EDGE.right)
  const y = (value: number) =>
    EDGE.top + (1 - (value - low) / (high - low)) * (HEIGHT - EDGE.top - EDGE.bottom)
  const points = values.flatMap((value, index) =>
    value === null ? [] : [{ x: x(index), y: y(value), value }],
  )
  const last = points.at(-1)
  const state = (index: number) => (fired && index === points.length - 1 ? 'mark fired' : 'mark')
  const path = points.map((point) => `${point.x.toFixed(1)},${point.y.toFixed(1)}`).join(' ')
  const spoken = `${caption}: ${known.map(share).join(', ')}; threshold ${share(threshold)}`
  return `<figure><figcaption>${escapeHtml(caption)}${fired ? ' <span class="bad">alarm</span>' : ''}</figcaption>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeHtml(spoken)}">
<text class="soft" x="0" y="${y(high) + 4}">${share(high)}</text>
<text class="soft" x="0" y="${y(low) + 4}">${share(low)}</text>
<line class="limit" x1="${EDGE.left}" x2="${WIDTH - EDGE.right}" y1="${y(threshold)}" y2="${y(threshold)}"/>
<polyline class="mark" points="${path}" style="fill:none" stroke-width="2"/>
${points.map((point, index) => `<circle class="${state(index)}" cx="${point.x.toFixed(1)}" cy="${point.y.toFixed(1)}" r="3.5"/>`).join('')}
${last ? `<text x="${(last.x + 7).toFixed(1)}" y="${(last.y + 4).toFixed(1)}">${share(last.value)}</text>` : ''}
<text class="soft" x="${EDGE.left}" y="${HEIGHT - 6}">${escapeHtml(labels[0] ?? '')}</text>
<text class="soft" x="${WIDTH - EDGE.right}" y="${HEIGHT - 6}" text-anchor="end">${labels.length > 1 ? escapeHtml(labels.at(-1) ?? '') : ''}</text>
</svg></figure>`
}

/** With a margin, so that no line lies on the frame; shares stay within 0 and 1. */
function span(values: readonly number[]): [number, number] {
  const low = Math.min(...values)
  const high = Math.max(...values)
  const margin = high === low ? Math.max(0.05, Math.abs(high) * 0.1) : (high - low) * 0.12
  return [
    low >= 0 ? Math.max(0, low - margin) : low - margin,
    high <= 1.001 ? Math.min(1, high + margin) : high + margin,
  ]
}
