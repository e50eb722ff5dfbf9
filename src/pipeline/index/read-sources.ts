import { Clean } from 'typebox/value'
import { Curation } from '../../domain/curation.ts'
import { Playlist } from '../../domain/playlist.ts'
import { readJsonl } from '../jsonl.ts'
import { applyVerdicts } from '../review/apply.ts'
import { readVerdicts } from '../review/verdict.ts'
import { openRowLog, type RowLog, refuseBadRows } from './row-log.ts'
import type { Staging } from './staging.ts'

export interface SourceFiles {
  readonly catalogue: readonly string[]
  readonly curation: readonly string[]
  /** Verdicts of reviews, obeyed. */
  readonly verdicts?: readonly string[]
  readonly skipInvalid: boolean
}

export interface SourceReport {
  readonly skipped: RowLog
  /** Fields that the schema does not know, and in how many rows each was left out. */
  readonly unknownFields: ReadonlyMap<string, number>
}

/**
 * Reads catalogues and curations into the staging area, checked row by row, and changes the curations as people's
 * verdicts want it.
 *
 * @throws SegueError `invalid_input` with all bad rows, unless they are skipped; when no playlist is left
 */
export async function readSources(
  files: SourceFiles,
  staging: Staging,
  onRow: (rows: number) => void,
): Promise<SourceReport> {
  const log = openRowLog()
  const unknownFields = new Map<string, number>()
  let rows = 0
  const keep = <T extends { readonly id: string }>(
    row: { readonly value: T; readonly file: string; readonly line: number },
    add: (value: T, where: string) => string | null,
  ) => {
    const before = add(row.value, `${row.file}:${row.line}`)
    if (before !== null) log.add({ ...row, reason: `the id ${row.value.id} was given before, at ${before}` })
    onRow(++rows)
  }
  const known = new Set(Object.keys(Playlist.properties))
  for (const file of files.catalogue) {
    for await (const row of readJsonl(file, Playlist, { onInvalid: log.add })) {
      for (const field of Object.keys(row.value)) {
        if (!known.has(field)) unknownFields.set(field, (unknownFields.get(field) ?? 0) + 1)
      }
      keep({ ...row, value: Clean(Playlist, row.value) as Playlist }, staging.addPlaylist)
    }
  }
  for (const file of files.curation) {
    for await (const row of readJsonl(file, Curation, { onInvalid: log.add })) keep(row, staging.addCuration)
  }
  if (!files.skipInvalid) refuseBadRows(log)
  const verdicts = await readVerdicts(files.verdicts ?? [])
  staging.changeCurations(verdicts.keys(), (judged) => applyVerdicts(judged, verdicts), 'a verdict')
  return { skipped: log, unknownFields }
}
