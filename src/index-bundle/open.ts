import { join } from 'node:path'
import type { Catalog } from '../catalog/catalog.ts'
import { openCatalog } from '../catalog/embedded.ts'
import { SCHEMA_VERSION } from '../catalog/schema.ts'
import { type Db, openDatabase } from '../catalog/sqlite.ts'
import { DOCUMENT_VERSION } from '../domain/document.ts'
import { SegueError } from '../domain/errors.ts'
import { KINDS, type Kind } from '../domain/playlist.ts'
import { openEmbeddedRetriever } from '../retrieval/embedded.ts'
import { type Hnsw, loadHnsw } from '../retrieval/hnsw.ts'
import type { Retriever } from '../retrieval/retriever.ts'
import { rangesOf } from '../retrieval/rows.ts'
import { CATALOGUE_FILE, GRAPH_FILES, type IndexManifest, verifyBundle } from './manifest.ts'
import { standingFolder } from './place.ts'

export interface Bundle {
  readonly manifest: IndexManifest
  readonly catalog: Catalog
  readonly retriever: Retriever
  /** What the retriever asks where a scan would take longer; here for those who judge the graphs themselves. */
  readonly graphs: Readonly<Record<Kind, Hnsw>>
  close(): void
}

const REBUILD = 'npm run segue -- index build'

/**
 * Opens an index bundle for a model: first the checksums, then whether the two belong together, and only then is
 * native code let near the files.
 *
 * @param model null opens the bundle for whatever model made it (index verify)
 * @throws SegueError `invalid_artefact`; `incompatible_artefacts` with the command that mends it
 */
export async function openBundle(
  folder: string,
  model: { readonly fingerprint: string; readonly dimensions: number } | null,
): Promise<Bundle> {
  const place = standingFolder(folder)
  const manifest = await verifyBundle(place)
  checkModel(folder, manifest, model)
  checkVersions(folder, manifest)

  const db = openDatabase(join(place, CATALOGUE_FILE))
  try {
    checkCounts(folder, db, manifest)
    const graphs = loadGraphs(place, manifest)
    const retriever = openEmbeddedRetriever(db, graphs)
    return { manifest, catalog: openCatalog(db), retriever, graphs, close: () => db.close() }
  } catch (error) {
    db.close()
    throw error
  }
}

function loadGraphs(folder: string, { counts, model, hnsw }: IndexManifest): Record<Kind, Hnsw> {
  const ranges = rangesOf(counts)
  const load = (kind: Kind) =>
    loadHnsw(join(folder, GRAPH_FILES[kind]), {
      first: ranges[kind].first,
      count: counts[kind],
      dimensions: model.dimensions,
      ef: hnsw.ef,
    })
  return { editorial: load('editorial'), community: load('community') }
}

function checkModel(
  folder: string,
  { model: made }: IndexManifest,
  model: { readonly fingerprint: string; readonly dimensions: number } | null,
): void {
  if (model === null) return
  if (made.fingerprint === model.fingerprint && made.dimensions === model.dimensions) return
  throw new SegueError(
    'incompatible_artefacts',
    `The index ${folder} was made with the model ${made.name} (${made.fingerprint.slice(0, 12)}, ${made.dimensions} ` +
      `dimensions), but the model given is ${model.fingerprint.slice(0, 12)} (${model.dimensions} dimensions): ` +
      `their vectors do not compare. Give the model that made the index, or build it again with this one: ` +
      `${REBUILD} --model MODEL_DIR --out ${folder} ...`,
    { field: folder, expected: `an index made with the model ${model.fingerprint.slice(0, 12)}` },
  )
}

function checkVersions(folder: string, manifest: IndexManifest): void {
  const wanted = [
    ['text builder', manifest.documentVersion, DOCUMENT_VERSION],
    ['tables', manifest.schemaVersion, SCHEMA_VERSION],
  ] as const
  for (const [what, found, expected] of wanted) {
    if (found === expected) continue
    throw new SegueError(
      'incompatible_artefacts',
      `The index ${folder} was made with version ${found} of the ${what}, but this is version ${expected}. ` +
        `Build it again: ${REBUILD} --out ${folder} ...`,
      { field: folder, expected: String(expected) },
    )
  }
}

function checkCounts(folder: string, db: Db, { counts }: IndexManifest): void {
  const count = db.prepareColumn<[string], number>('SELECT count(*) FROM playlists WHERE kind = ?')
  for (const kind of KINDS) {
    const found = count.get(kind)
    if (found === counts[kind]) continue
    throw new SegueError(
      'invalid_artefact',
      `${join(folder, CATALOGUE_FILE)} holds ${found} ${kind} playlists, the manifest says ${counts[kind]}. ` +
        `Build the index again (${REBUILD})`,
      { field: CATALOGUE_FILE },
    )
  }
}
