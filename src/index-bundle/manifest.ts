import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { type Manifest, verifyArtefact } from '../artefact/artefact.ts'
import { SegueError } from '../domain/errors.ts'

export const INDEX_FORMAT = 'segue-index/1'

/** Files of a bundle. */
export const CATALOGUE_FILE = 'catalogue.sqlite'
export const GRAPH_FILES = { editorial: 'editorial.hnsw', community: 'community.hnsw' } as const

const Count = Type.Integer({ minimum: 0 })
const PerKind = Type.Object({ editorial: Count, community: Count })
const Share = Type.Union([Type.Number({ minimum: 0, maximum: 1 }), Type.Null()])

/** What an index bundle says of itself, beside the files and the fingerprint of every artefact. */
export const IndexFields = Type.Object({
  format: Type.Literal(INDEX_FORMAT),
  name: Type.String({ minLength: 1 }),
  model: Type.Object({
    name: Type.String(),
    fingerprint: Type.String(),
    dimensions: Type.Integer({ minimum: 1 }),
    precision: Type.String(),
  }),
  documentVersion: Type.String(),
  schemaVersion: Type.Integer(),
  counts: PerKind,
  curated: Count,
  skipped: Count,
  hnsw: Type.Object({
    space: Type.Literal('ip'),
    M: Type.Integer({ minimum: 2 }),
    efConstruction: Type.Integer({ minimum: 1 }),
    ef: Type.Integer({ minimum: 1 }),
  }),
  recallAt10: Type.Object({
    queries: Count,
    from: Type.String({ description: 'Where the query texts come from' }),
    editorial: Share,
    community: Share,
  }),
  sources: Type.Array(Type.Object({ file: Type.String(), sha256: Type.String() })),
})
export type IndexFields = Static<typeof IndexFields>
export type IndexManifest = Manifest & IndexFields

const shape = Compile(IndexFields)

/**
 * Verifies a bundle's checksums and reads what it says of itself. No native code touches its files before.
 *
 * @throws SegueError `invalid_artefact`
 */
export async function verifyBundle(folder: string): Promise<IndexManifest> {
  const manifest = await verifyArtefact(folder, INDEX_FORMAT)
  if (!isIndexManifest(manifest)) {
    const [first] = shape.Errors(manifest)
    const where = first ? `${first.instancePath} ${first.message}` : 'fields are missing'
    throw new SegueError(
      'invalid_artefact',
      `${folder}/manifest.json is not that of an index bundle (${where}). Build it again (npm run segue -- index build)`,
      { field: 'manifest.json' },
    )
  }
  for (const file of [CATALOGUE_FILE, ...Object.values(GRAPH_FILES)]) {
    if (!manifest.files.some(({ path }) => path === file)) {
      throw new SegueError(
        'invalid_artefact',
        `${folder} has no ${file}. Build it again (npm run segue -- index build)`,
        {
          field: file,
        },
      )
    }
  }
  return manifest
}

function isIndexManifest(manifest: Manifest): manifest is IndexManifest {
  return shape.Check(manifest)
}
