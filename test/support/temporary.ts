import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A new, empty folder. */
export const temporaryFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'segue-test-'))

/** Writes rows as JSON Lines and returns the path. */
export async function jsonlFile(
  rows: readonly unknown[],
  name = 'rows.jsonl',
  folder?: string,
): Promise<string> {
  const path = join(folder ?? (await temporaryFolder()), name)
  await writeFile(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  return path
}

export async function readRows<T = Record<string, unknown>>(path: string): Promise<T[]> {
  const text = await readFile(path, 'utf8')
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T)
}
