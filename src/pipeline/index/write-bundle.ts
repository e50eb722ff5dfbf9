import { join } from 'node:path'
import type { PlaylistRecord } from '../../catalog/catalog.ts'
import { type CatalogWriter, createCatalog } from '../../catalog/writer.ts'
import { FACETS, type Facets, NO_FACETS } from '../../domain/curation.ts'
import { playlistText } from '../../domain/document.ts'
import { SegueError } from '../../domain/errors.ts'
import { KINDS, type Kind } from '../../domain/playlist.ts'
import type { Embedder } from '../../embedding/embedder.ts'
import { CATALOGUE_FILE, GRAPH_FILES } from '../../index-bundle/manifest.ts'
import { createHnsw, type Hnsw, type HnswSettings, loadHnsw } from '../../retrieval/hnsw.ts'
import { rangesOf } from '../../retrieval/rows.ts'
import type { BuildWatch } from './build.ts'
import { embedInOrder } from './embed-in-order.ts'
import type { Staged, Staging } from './staging.ts'

export type Counts = Readonly<Record<Kind, number>>

/**
 * Writes database and graphs into a folder, one kind after the other, and gives the graphs as a reader loads them.
 *
 * @throws SegueError `unavailable` when a graph was not written whole
 */
export async function writeBundle(
  folder: string,
  staging: Staging,
  counts: Counts,
  options: { readonly embedder: Embedder; readonly hnsw: HnswSettings; readonly watch: BuildWatch },
): Promise<Record<Kind, Hnsw>> {
  const catalog = createCatalog(join(folder, CATALOGUE_FILE))
  const embedding = options.watch.step('embedding', counts.editorial + counts.community, 'playlists')
  let done = 0
  const graphs: Partial<Record<Kind, Hnsw>> = {}
  try {
    for (const kind of KINDS) {
      const write = { folder, staging, counts, catalog, onRow: () => embedding.update(++done) }
      graphs[kind] = await writeKind(kind, write, options)
    }
    catalog.finish()
  } catch (error) {
    catalog.abort()
    throw error
  }
  embedding.done()
  return graphs as Record<Kind, Hnsw>
}

async function writeKind(
  kind: Kind,
  to: {
    readonly folder: string
    readonly staging: Staging
    readonly counts: Counts
    readonly catalog: CatalogWriter
    readonly onRow: () => void
  },
  { embedder, hnsw }: { readonly embedder: Embedder; readonly hnsw: HnswSettings },
): Promise<Hnsw> {
  const { dimensions } = embedder.info
  const count = to.counts[kind]
  const { first } = rangesOf(to.counts)[kind]
  const graph = createHnsw(count, dimensions, hnsw)
  let row = first
  const text = ({ playlist, curation }: Staged) => playlistText(playlist, curation)
  for await (const { row: staged, vector } of embedInOrder(
    to.staging.rows(kind),
    text,
    embedder,
    'document',
  )) {
    to.catalog.add(row, recordOf(staged))
    graph.add(row, vector)
    row++
    to.onRow()
  }
  const path = join(to.folder, GRAPH_FILES[kind])
  graph.save(path)
  try {
    return loadHnsw(path, { first, count, dimensions, ef: hnsw.ef })
  } catch (error) {
    throw new SegueError('unavailable', `${GRAPH_FILES[kind]} was not written whole: is the disk full?`, {
      field: to.folder,
      expected: 'more space, or an --out on another disk',
      cause: error,
    })
  }
}

function recordOf({ playlist, curation }: Staged): PlaylistRecord {
  if (!curation) return { playlist, summary: null, facets: NO_FACETS }
  const facets = Object.fromEntries(FACETS.map((facet) => [facet, curation[facet]])) as unknown as Facets
  return { playlist, summary: curation.description, facets }
}
