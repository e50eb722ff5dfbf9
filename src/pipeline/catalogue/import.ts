import { rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Clean } from 'typebox/value'
import { SegueError } from '../../domain/errors.ts'
import { type KINDS, Playlist } from '../../domain/playlist.ts'
import { openJsonlWriter, rowChecker } from '../jsonl.ts'
import { openProgress } from '../progress.ts'
import { SPLITS, type Split } from '../splits.ts'
import type { Ratios } from './assign-splits.ts'
import { openHashSet } from './hash.ts'
import { openNearDuplicates } from './near-duplicates.ts'
import { shapePlaylist } from './shapes.ts'
import { type Format, rawPlaylists } from './source.ts'
import { openTally } from './tally.ts'
import { writeClusters } from './write-clusters.ts'

export interface ImportOptions {
  readonly format: Format
  readonly skipInvalid: boolean
  /** Owners whose playlists are editorial, by their id on the Web API. */
  readonly editorialOwners: readonly string[]
  readonly ratios: Ratios
  /** An earlier splits.tsv, whose assignments hold. */
  readonly previousSplits: string | null
}

export interface ImportReport {
  readonly read: number
  readonly kept: Readonly<Record<(typeof KINDS)[number], number>>
  readonly tracks: number
  /** Playlists left out, by reason. */
  readonly dropped: Readonly<Record<string, number>>
  /** The first places of what was left out. */
  readonly examples: readonly string[]
  /** Parts left out of playlists that were kept: null items, episodes, cut texts. */
  readonly lost: Readonly<Record<string, number>>
  /** Clusters of two or more near-duplicates, and the playlists in them. */
  readonly clusters: number
  readonly clustered: number
  readonly splits: Readonly<Record<Split, number>>
  /** Clusters that an earlier assignment put into two splits. */
  readonly torn: number
}

/**
 * Streams playlists of any known shape into `out`: corpus.jsonl, clusters.tsv (the near-duplicates), splits.tsv and
 * import.json (the report). Holds less than two hundred bytes of each playlist, whatever its length.
 *
 * @throws SegueError `invalid_input` at the first bad row with its place, unless bad rows are skipped
 */
export async function importCatalogue(
  files: readonly string[],
  out: string,
  options: ImportOptions,
): Promise<ImportReport> {
  const editorial = new Set(options.editorialOwners)
  const dropped = openTally()
  const lost = openTally()
  const seen = openHashSet()
  const twins = openNearDuplicates()
  const explain = rowChecker(Playlist)
  const kept = { editorial: 0, community: 0 }
  let read = 0
  let tracks = 0

  const drop = (where: string, reason: string) => {
    if (!options.skipInvalid) {
      throw new SegueError('invalid_input', `${where}: ${reason}`, {
        field: where,
        expected: 'a playlist that fits the schema; --skip-invalid leaves such rows out and counts them',
      })
    }
    dropped.add(reason, where)
  }

  const bytes = await Promise.all(files.map(async (file) => (await stat(file)).size))
  const progress = openProgress('import', megabytes(sum(bytes)), 'MB')
  let bytesRead = 0
  const onBytes = (count: number) => {
    bytesRead += count
    progress.update(megabytes(bytesRead), `${read} playlists`)
  }
  const corpus = openJsonlWriter(join(out, 'corpus.jsonl'))
  const idFile = join(out, 'ids.partial')
  const ids = openJsonlWriter(idFile)
  try {
    for (const file of files) {
      const raw = rawPlaylists(file, options.format, onBytes, ({ where, reason }) => drop(where, reason))
      for await (const { value, where } of raw) {
        read++
        const shaped = shapePlaylist(value, (owner) => editorial.has(owner), lost.add)
        if ('refused' in shaped) {
          drop(where, shaped.refused)
          continue
        }
        const wrong = explain(shaped.playlist)
        if (wrong !== null) {
          drop(where, wrong)
          continue
        }
        const playlist = cleaned(shaped.playlist as Playlist, lost.add)
        if (!seen.add(playlist.id)) {
          drop(where, `the id ${playlist.id} was there before`)
          continue
        }
        twins.add(playlist)
        kept[playlist.kind]++
        tracks += playlist.tracks.length
        await corpus.write(playlist)
        await ids.write(playlist.id)
      }
    }
    await ids.commit()
    await corpus.commit()
  } catch (error) {
    await Promise.all([corpus.abandon(), ids.abandon()])
    throw error
  } finally {
    progress.done(`import: ${read} playlists read, ${kept.editorial + kept.community} kept`)
  }
  const grouped = await writeClusters(out, idFile, twins.clusters(), options)
  await rm(idFile)
  const report: ImportReport = {
    read,
    kept,
    tracks,
    dropped: dropped.counts(),
    examples: dropped.examples(),
    lost: lost.counts(),
    ...grouped,
  }
  await writeFile(join(out, 'import.json'), `${JSON.stringify(report, null, 2)}\n`)
  return report
}

/** Without fields that the schema does not know; each is counted. */
function cleaned(playlist: Playlist, lost: (reason: string) => void): Playlist {
  for (const field of Object.keys(playlist)) {
    if (!(field in Playlist.properties)) lost(`the unknown field ${field}`)
  }
  return Clean(Playlist, playlist) as Playlist
}

const megabytes = (count: number) => Math.round(count / 1e6)
const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0)

/** The report in plain lines. */
export function describeImport(report: ImportReport): string {
  const { kept, tracks, dropped, lost, splits } = report
  const lines = [
    `kept ${kept.editorial} editorial and ${kept.community} community playlists with ${tracks} tracks`,
    `${report.clusters} clusters of near-duplicates hold ${report.clustered} playlists`,
    `splits: ${SPLITS.map((split) => `${split} ${splits[split]}`).join(', ')}`,
  ]
  if (report.torn > 0) lines.push(`${report.torn} clusters are divided by the earlier splits`)
  for (const [reason, n] of Object.entries(dropped)) lines.push(`left out ${n}: ${reason}`)
  if (report.examples.length > 0) lines.push(`  e.g. ${report.examples.slice(0, 3).join('; ')}`)
  for (const [reason, n] of Object.entries(lost)) lines.push(`within playlists, left out ${n}: ${reason}`)
  return lines.join('\n')
}
