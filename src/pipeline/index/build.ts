import { rm, stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { sealArtefact } from '../../artefact/artefact.ts'
import { sha256Of } from '../../artefact/folder.ts'
import { SCHEMA_VERSION } from '../../catalog/schema.ts'
import { DOCUMENT_VERSION } from '../../domain/document.ts'
import { SegueError } from '../../domain/errors.ts'
import type { Embedder } from '../../embedding/embedder.ts'
import { INDEX_FORMAT, type IndexFields, type IndexManifest } from '../../index-bundle/manifest.ts'
import { type HnswSettings, SPACE } from '../../retrieval/hnsw.ts'
import { measureRecall } from './measure-recall.ts'
import { readSources, type SourceFiles } from './read-sources.ts'
import { replaceFolder } from './replace-folder.ts'
import { openStaging } from './staging.ts'
import { writeBundle } from './write-bundle.ts'
import { explainWriteError } from './write-error.ts'

export interface BuildOptions extends SourceFiles {
  /** Query texts for recall@10; without any, titles are asked. */
  readonly queries: readonly string[]
  readonly out: string
  readonly hnsw: HnswSettings
  readonly embedder: Embedder
  readonly watch: BuildWatch
}

/** What a build tells whoever watches it. */
export interface BuildWatch {
  step(
    label: string,
    total: number,
    unit: string,
  ): { update(done: number): void; done(summary?: string): void }
  warn(message: string): void
}

/**
 * Builds an index bundle: read and check, embed, write, measure, seal, and only then swap it into its place.
 * One input and one model give one bundle, byte for byte, whatever the order of the input files: rows are sorted by
 * id, vectors are added in that order, and no time or path is written. What remains is SQLite, which writes its own
 * version into the file, and the processor: int8 products round a little differently on different kinds.
 *
 * @throws SegueError `invalid_input` for bad rows, `unavailable` when the disk is full; nothing is left behind
 */
export async function buildIndex(options: BuildOptions): Promise<IndexManifest> {
  const { out, embedder, watch } = options
  const sources = await hashSources([...options.catalogue, ...options.curation, ...(options.verdicts ?? [])])
  try {
    return await replaceFolder(out, async (work) => {
      const stagingPath = `${work}/staging.sqlite`
      const staging = openStaging(stagingPath)
      try {
        const reading = watch.step('reading', 0, 'rows')
        const report = await readSources(options, staging, reading.update)
        reading.done()
        const counts = { editorial: staging.count('editorial'), community: staging.count('community') }
        if (counts.editorial + counts.community === 0) throw noPlaylists(options)
        warnOf(report, staging.orphans(), watch)

        const graphs = await writeBundle(work, staging, counts, options)
        const recallAt10 = await measureRecall(graphs, staging, options)
        const { info } = embedder
        const fields: IndexFields = {
          format: INDEX_FORMAT,
          name: basename(resolve(out)),
          model: {
            name: info.model,
            fingerprint: info.fingerprint,
            dimensions: info.dimensions,
            precision: info.precision,
          },
          documentVersion: DOCUMENT_VERSION,
          schemaVersion: SCHEMA_VERSION,
          counts,
          curated: staging.curated(),
          skipped: report.skipped.count(),
          hnsw: { space: SPACE, ...options.hnsw },
          recallAt10,
          sources,
        }
        staging.close()
        await rm(stagingPath)
        return (await sealArtefact(work, fields)) as IndexManifest
      } finally {
        staging.close()
      }
    })
  } catch (error) {
    throw explainWriteError(error, out)
  }
}

async function hashSources(files: readonly string[]): Promise<IndexFields['sources']> {
  for (const file of files) {
    const found = await stat(file).catch(() => undefined)
    if (!found?.isFile()) {
      throw new SegueError('invalid_input', `${file}: ${found ? 'not a file' : 'no such file'}`, {
        field: file,
        expected: 'a JSON Lines file',
      })
    }
  }
  return Promise.all(files.map(async (file) => ({ file: basename(file), sha256: await sha256Of(file) })))
}

function noPlaylists({ catalogue }: SourceFiles): SegueError {
  return new SegueError('invalid_input', `There is no valid playlist in ${catalogue.join(', ')}`, {
    expected:
      'JSON Lines, one playlist a line: {"id", "kind": "editorial" | "community", "title", "tracks", ...}',
  })
}

function warnOf(
  report: Awaited<ReturnType<typeof readSources>>,
  orphans: { readonly count: number; readonly first: string | null },
  watch: BuildWatch,
): void {
  if (report.skipped.count() > 0)
    watch.warn(`skipped ${report.skipped.count()} bad rows:\n${report.skipped.text()}`)
  for (const [field, rows] of report.unknownFields) {
    watch.warn(`the field "${field}" is unknown and was left out (in ${rows} rows)`)
  }
  if (orphans.count > 0) {
    watch.warn(
      `${orphans.count} curations are of playlists that are not in the catalogue, ${orphans.first} first`,
    )
  }
}
