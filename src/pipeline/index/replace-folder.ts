import { existsSync } from 'node:fs'
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { SegueError } from '../../domain/errors.ts'
import { previousFolder } from '../../index-bundle/place.ts'

/**
 * Lets `fill` write a folder beside the target and swaps it in when all is written and synced. Killed at any
 * moment, the old folder or the new one is whole: in its place, or, between the two renames of the swap, beside it,
 * where readers look too (index-bundle/place.ts). What a killed run left is cleaned away first.
 *
 * @throws SegueError `invalid_input` when another run is writing the same target
 */
export async function replaceFolder<T>(target: string, fill: (folder: string) => Promise<T>): Promise<T> {
  const place = resolve(target)
  const parent = dirname(place)
  await mkdir(parent, { recursive: true })
  await cleanUp(place)
  const building = join(parent, `${buildingPrefix(place)}${process.pid}`)
  try {
    await mkdir(building)
    const result = await fill(building)
    await syncAll(building)
    await swap(building, place)
    return result
  } catch (error) {
    await rm(building, { recursive: true, force: true })
    throw error
  }
}

const buildingPrefix = (place: string) => `.${basename(place)}.building-`

async function swap(building: string, place: string): Promise<void> {
  const previous = previousFolder(place)
  if (existsSync(place)) await rename(place, previous)
  await rename(building, place)
  await sync(dirname(place))
  await rm(previous, { recursive: true, force: true })
}

async function cleanUp(place: string): Promise<void> {
  const parent = dirname(place)
  const previous = previousFolder(place)
  if (existsSync(previous)) {
    if (existsSync(place)) await rm(previous, { recursive: true })
    else await rename(previous, place)
  }
  for (const name of await readdir(parent)) {
    if (!name.startsWith(buildingPrefix(place))) continue
    const pid = Number(name.slice(buildingPrefix(place).length))
    if (pid !== process.pid && isAlive(pid)) {
      throw new SegueError(
        'invalid_input',
        `Process ${pid} is writing ${place} already (${join(parent, name)})`,
        {
          field: place,
          expected: 'one build at a time; if that process is something else, remove the folder',
        },
      )
    }
    await rm(join(parent, name), { recursive: true, force: true })
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

async function syncAll(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) await sync(join(folder, entry.name))
  await sync(folder)
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
