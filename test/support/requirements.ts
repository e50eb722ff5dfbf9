import { existsSync } from 'node:fs'

/**
 * What some tests need beyond `npm ci`. Where it is missing they are skipped with a line that says so; with
 * SEGUE_REQUIRE_ALL=1 (continuous integration) a missing part is an error instead.
 */
export function requirement(what: string, present: boolean, remedy: string): boolean {
  if (present) return true
  if (process.env.SEGUE_REQUIRE_ALL === '1') throw new Error(`${what} is required here: ${remedy}`)
  process.stderr.write(`skipped: ${what} is not here (${remedy})\n`)
  return false
}

const onPath = (name: string): string | undefined =>
  (process.env.PATH ?? '')
    .split(':')
    .map((folder) => `${folder}/${name}`)
    .find((path) => existsSync(path))

export const redisServerPath = (): string | undefined => onPath('redis-server')

/**
 * Evaluation data and recorded answers that are not part of the project lie in the folder that SEGUE_SHARED names;
 * undefined where it is not set.
 */
export const sharedData = (path: string): string | undefined =>
  process.env.SEGUE_SHARED ? `${process.env.SEGUE_SHARED}/${path}` : undefined

export const chromiumPath = (): string | undefined =>
  process.env.CHROMIUM_PATH ?? onPath('chromium') ?? onPath('chromium-browser') ?? onPath('google-chrome')
