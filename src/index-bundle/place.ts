import { existsSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'

/** Where a bundle that is being replaced lies for the moment between two renames. */
export function previousFolder(folder: string): string {
  const place = resolve(folder)
  return join(dirname(place), `.${basename(place)}.previous`)
}

/** The folder to read a bundle from: where a replacement was cut off between its renames, that is the previous one. */
export function standingFolder(folder: string): string {
  const previous = previousFolder(folder)
  return !existsSync(folder) && existsSync(previous) ? previous : folder
}
