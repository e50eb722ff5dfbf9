import { readFileSync, writeFileSync } from 'node:fs'
import { ConfigSchema } from '../src/config.ts'

interface Field {
  readonly type?: string
  readonly default?: unknown
  readonly description?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly anyOf?: readonly { readonly const: string }[]
}

/** The configuration as a Markdown table, from the schema that the service reads. */
export function configTable(): string {
  const rows = Object.entries(ConfigSchema.properties as Record<string, Field>).map(([name, field]) => {
    const fallback = field.default === '' ? '' : `\`${String(field.default)}\``
    return `| \`${name}\` | ${values(field)} | ${fallback} | ${field.description ?? ''} |`
  })
  return ['| Variable | Values | Default | What it does |', '| --- | --- | --- | --- |', ...rows].join('\n')
}

function values({ type, anyOf, minimum, maximum }: Field): string {
  if (anyOf) return anyOf.map((choice) => choice.const).join(', ')
  if (type === 'boolean') return 'true, false'
  return minimum === undefined ? 'text' : `${minimum} to ${maximum}`
}

const [START, END] = ['<!-- config -->', '<!-- /config -->']

/** Puts the table between its marks in the README. */
function update(file: string): void {
  const readme = readFileSync(file, 'utf8')
  const [before, rest] = readme.split(START)
  const after = rest?.split(END)[1]
  if (before === undefined || after === undefined) throw new Error(`${file} has no ${START} ... ${END}`)
  writeFileSync(file, `${before}${START}\n${configTable()}\n${END}${after}`)
}

if (process.argv[1]?.endsWith('config-table.ts')) update('README.md')
