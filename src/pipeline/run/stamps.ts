import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Static, Type } from 'typebox'
import { entriesBelow, sha256Of } from '../../artefact/folder.ts'
import { rowChecker, writeLines } from '../jsonl.ts'
import type { Step } from './call.ts'

const Files = Type.Array(Type.Object({ path: Type.String(), sha256: Type.String() }))

/** What a step was made from and what it made. */
const Stamp = Type.Object({
  step: Type.String(),
  /** Of its arguments and of all that it read. */
  hash: Type.String(),
  inputs: Files,
  outputs: Files,
  at: Type.String(),
  seconds: Type.Number(),
})
export type Stamp = Static<typeof Stamp>

const explain = rowChecker(Type.Array(Stamp))
const STAMPS_FILE = 'stamps.json'

/** The stamps of earlier runs, by step; none where the file is not there or is broken: then everything runs again. */
export async function readStamps(out: string): Promise<Map<string, Stamp>> {
  const file = join(out, STAMPS_FILE)
  if (!existsSync(file)) return new Map()
  let stamps: unknown
  try {
    stamps = JSON.parse(await readFile(file, 'utf8'))
  } catch {
    return new Map()
  }
  if (explain(stamps) !== null) return new Map()
  return new Map((stamps as Stamp[]).map((stamp) => [stamp.step, stamp]))
}

/** Written after each step, beside and renamed: a kill costs the step that ran, never those before it. */
export async function writeStamps(out: string, stamps: ReadonlyMap<string, Stamp>): Promise<void> {
  await writeLines(join(out, STAMPS_FILE), [JSON.stringify([...stamps.values()], null, 1)])
}

/** Hash of a step's arguments and inputs; equal hashes make equal outputs. */
export async function fingerprint(step: Step): Promise<{ hash: string; inputs: Stamp['inputs'] }> {
  const inputs = await hashAll(step.inputs)
  const args = step.calls.map((call) => call.args)
  return {
    hash: createHash('sha256')
      .update(JSON.stringify([args, inputs]))
      .digest('hex'),
    inputs,
  }
}

/** Whether a step's outputs are there, unchanged, and made from the inputs as they are now. */
export async function isFresh(step: Step, stamp: Stamp | undefined, hash: string): Promise<boolean> {
  if (stamp?.hash !== hash || step.outputs.some((path) => !existsSync(path))) return false
  const now = await hashAll(step.outputs)
  return JSON.stringify(now) === JSON.stringify(stamp.outputs)
}

/** Folders count as all their files. @throws Error with the path where one is missing */
export async function hashAll(paths: readonly string[]): Promise<Stamp['outputs']> {
  const files: string[] = []
  for (const path of paths) {
    const folder = (await stat(path)).isDirectory()
    files.push(...(folder ? (await entriesBelow(path)).map((entry) => join(path, entry)) : [path]))
  }
  return Promise.all(files.map(async (path) => ({ path, sha256: await sha256Of(path) })))
}
