import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => ({ path: join('src', path), text: readFileSync(join('src', path), 'utf8') }))

/** Packages imported by a source, types included: `@scope/name` or `name`, no Node module. */
function packages(text: string): string[] {
  const specifiers = [...text.matchAll(/^(?:import|export|\}).* from '([^'\n.]+[^'\n]*)'$/gm)].map(
    (match) => match[1] ?? '',
  )
  return specifiers
    .filter((specifier) => !specifier.startsWith('node:'))
    .map((specifier) =>
      specifier
        .split('/')
        .slice(0, specifier.startsWith('@') ? 2 : 1)
        .join('/'),
    )
}

/** Spoken all over an edge (schemas, routes, commands, file formats), or plain data structures. */
const EVERYWHERE = new Set([
  'typebox',
  'fastify',
  '@fastify/type-provider-typebox',
  'citty',
  'p-queue',
  'lru-cache',
  'yaml',
  'csv-parse',
])

describe('the architecture', () => {
  it('has one file for each foreign library', () => {
    const importers = new Map<string, string[]>()
    for (const { path, text } of sources) {
      for (const name of new Set(packages(text))) {
        if (!EVERYWHERE.has(name)) importers.set(name, [...(importers.get(name) ?? []), path])
      }
    }
    expect(importers.size).toBeGreaterThan(10)
    expect([...importers].filter(([, paths]) => paths.length > 1)).toEqual([])
  })

  it('imports only packages that package.json installs for production', () => {
    const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: object }
    const unknown = sources.flatMap(({ path, text }) =>
      packages(text)
        .filter((name) => !(name in dependencies))
        .map((name) => `${path}: ${name}`),
    )
    expect(unknown).toEqual([])
  })

  it('names every folder of src in ARCHITECTURE.md', () => {
    const map = readFileSync('ARCHITECTURE.md', 'utf8')
    const folders = readdirSync('src', { withFileTypes: true }).filter((entry) => entry.isDirectory())
    expect(folders.map((folder) => folder.name).filter((name) => !map.includes(`**${name}/**`))).toEqual([])
  })
})
