import { escapeHtml } from './page.ts'

/** A table of plain text, its first column the row's name. */
export interface Table {
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** GitHub-flavoured Markdown; figures to the right. */
export function markdownTable({ head, rows }: Table): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replace(/\|/g, '\\|')).join(' | ')} |`
  return [line(head), line(head.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map(line)].join(
    '\n',
  )
}

/** @param bad tells the cells that stand out in red */
export function htmlTable({ head, rows }: Table, bad: (cell: string) => boolean = () => false): string {
  const headCells = head.map((cell) => `<th scope="col">${escapeHtml(cell)}</th>`).join('')
  const bodyRows = rows.map((row) => {
    const cells = row.map((cell, index) =>
      index === 0
        ? `<th scope="row">${escapeHtml(cell)}</th>`
        : `<td${bad(cell) ? ' class="bad"' : ''}>${escapeHtml(cell)}</td>`,
    )
    return `<tr>${cells.join('')}</tr>`
  })
  const scrolls = 'class="scroll" tabindex="0" role="region" aria-label="Table, scrolls sideways"'
  return `<div ${scrolls}><table><thead><tr>${headCells}</tr></thead><tbody>
${bodyRows.join('\n')}
</tbody></table></div>`
}

/** A share as the literature prints it: .357; NaN as a dash. */
export function share(value: number): string {
  if (!Number.isFinite(value)) return '–'
  return value.toFixed(3).replace(/^(-?)0\./, '$1.')
}

/** A difference with its sign, a true minus for a fall. */
export function signed(value: number, digits = 1): string {
  const text = Math.abs(value).toFixed(digits)
  return Number(text) === 0 ? text : `${value < 0 ? '−' : '+'}${text}`
}
