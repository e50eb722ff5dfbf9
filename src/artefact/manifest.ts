import { createHash } from 'node:crypto'
import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'

export const MANIFEST = 'manifest.json'

export const ManifestFile = Type.Object({
  path: Type.String({ minLength: 1 }),
  bytes: Type.Integer({ minimum: 0 }),
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  optional: Type.Optional(
    Type.Boolean({
      description: 'May be absent, as graphs that are not versioned; checked where it is there',
    }),
  ),
})
export type ManifestFile = Static<typeof ManifestFile>

/** What every artefact says of itself; each format adds its own fields. */
export const Manifest = Type.Object({
  format: Type.String({ minLength: 1 }),
  files: Type.Array(ManifestFile),
  fingerprint: Type.String({ pattern: '^[0-9a-f]{64}$' }),
})
export type Manifest = Static<typeof Manifest> & Readonly<Record<string, unknown>>

const shape = Compile(Manifest)

export function isManifest(value: unknown): value is Manifest {
  return shape.Check(value)
}

/** JSON with keys sorted at every depth and no white space: one text, hence one hash, for one content. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field)}`).join(',')}}`
}

/** SHA-256 in hex of the manifest's content without its fingerprint. */
export function fingerprintOf(manifest: Readonly<Record<string, unknown>>): string {
  const { fingerprint: _, ...content } = manifest
  return createHash('sha256').update(canonicalJson(content)).digest('hex')
}

/** How people name a format, and how they get a whole artefact again. */
export function describeFormat(format: string): { readonly noun: string; readonly remedy: string } {
  if (format.startsWith('segue-model/')) {
    return {
      noun: 'a model folder',
      remedy: 'restore the folder from git or export the model again (python -m segue_training export)',
    }
  }
  if (format.startsWith('segue-index/')) {
    return {
      noun: 'an index bundle',
      remedy: 'restore the folder from git or build it again (npm run segue -- index build)',
    }
  }
  return { noun: `a folder of format "${format}"`, remedy: 'restore the folder from where it came' }
}
