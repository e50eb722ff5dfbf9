import { parse } from 'csv-parse/sync'
import { type Static, Type } from 'typebox'
import { Curation, FACETS } from '../../domain/curation.ts'
import { SegueError } from '../../domain/errors.ts'
import { readJsonl, reportBadRow, rowChecker } from '../jsonl.ts'
import { readLines } from '../lines.ts'

/** What a person decided on one answer. */
export const Verdict = Type.Object({
  id: Type.String({ minLength: 1 }),
  verdict: Type.Enum(['accept', 'edit', 'reject']),
  /** The answer as it shall be; needed for `edit`, and for `accept` where the answer had been set aside. */
  curation: Type.Optional(Curation),
  by: Type.Optional(Type.String()),
  at: Type.Optional(Type.String()),
  note: Type.Optional(Type.String()),
})
export type Verdict = Static<typeof Verdict>

/** Cells that a spreadsheet would run as a formula are written with an apostrophe in front. */
export const FORMULA = /^[=+\-@\t\r]/

/**
 * Verdicts by playlist, from the page's JSON Lines or the filled-in CSV (rows without a verdict are not decided). A
 * later verdict on a playlist replaces an earlier one.
 *
 * @throws SegueError `invalid_input` with file and line
 */
export async function readVerdicts(files: readonly string[]): Promise<Map<string, Verdict>> {
  const verdicts = new Map<string, Verdict>()
  for (const file of files) {
    if (file.endsWith('.csv')) {
      for (const verdict of await readVerdictTable(file)) verdicts.set(verdict.id, verdict)
    } else {
      for await (const { value, line } of readJsonl(file, Verdict)) {
        if (value.verdict === 'edit' && !value.curation) {
          reportBadRow({ file, line, reason: 'an edit without the edited curation' }, {})
        }
        verdicts.set(value.id, value)
      }
    }
  }
  return verdicts
}

/** Columns of the review table that hold the answer. */
export const LISTS = FACETS
export const COLUMNS = [
  'id',
  'verdict',
  'note',
  'why',
  'title',
  'tracks',
  'description',
  ...FACETS,
  'language',
  'title_informative',
  'confidence',
] as const

const explain = rowChecker(Curation)

async function readVerdictTable(file: string): Promise<Verdict[]> {
  let text = ''
  for await (const { text: line } of readLines(file)) text += `${line}\n`
  const rows = table(file, text)
  const verdicts: Verdict[] = []
  for (const { record, info } of rows) {
    const verdict = record.verdict?.trim().toLowerCase() ?? ''
    if (verdict === '') continue
    const where = { file, line: info.lines }
    if (verdict !== 'accept' && verdict !== 'edit' && verdict !== 'reject') {
      reportBadRow({ ...where, reason: `"${verdict}" is no verdict; accept, edit or reject` }, {})
      continue
    }
    const curation = curationOf(record)
    const wrong = verdict === 'reject' ? null : explain(curation)
    if (wrong !== null) reportBadRow({ ...where, reason: wrong }, {})
    verdicts.push({
      id: record.id ?? '',
      verdict,
      ...(verdict !== 'reject' && { curation: curation as Curation }),
      ...(record.note && { note: record.note }),
    })
  }
  return verdicts
}

function table(file: string, text: string) {
  try {
    return parse(text, { bom: true, columns: true, info: true, skip_empty_lines: true }) as unknown as {
      record: Record<string, string>
      info: { lines: number }
    }[]
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new SegueError('invalid_input', `${file}: ${reason}`, {
      field: file,
      expected: 'the review table',
      cause,
    })
  }
}

function curationOf(record: Readonly<Record<string, string>>): unknown {
  const cell = (name: string) => (record[name] ?? '').trim().replace(/^'(?=[=+\-@])/, '')
  const list = (name: string) =>
    cell(name)
      .split(/\s*;\s*/)
      .filter((value) => value !== '')
  return {
    id: cell('id'),
    description: cell('description'),
    ...Object.fromEntries(LISTS.map((name) => [name, list(name)])),
    ...(cell('language') && { language: cell('language') }),
    title_informative: /^(true|yes|1)$/i.test(cell('title_informative')),
    confidence: Number(cell('confidence') || 'NaN'),
  }
}
