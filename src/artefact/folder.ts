import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'

/** Every entry below a folder that is not itself a folder, as sorted relative paths with `/`. Links are not followed. */
export async function entriesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort()
}

/** Whether a path from a manifest names something inside its folder, on any platform. */
export function staysInside(path: string): boolean {
  if (path.includes('\\') || path.includes('\0') || /^[a-z]:/i.test(path)) return false
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
}

/** What lies at a path; no link is followed, neither the last nor one on the way. */
export async function look(
  folder: string,
  path: string,
): Promise<{ readonly what: 'file' | 'absent' | 'other'; readonly bytes: number }> {
  const parts = path.split('/')
  for (let depth = 1; depth <= parts.length; depth++) {
    const last = depth === parts.length
    try {
      const found = await lstat(join(folder, ...parts.slice(0, depth)))
      if (last && found.isFile()) return { what: 'file', bytes: found.size }
      if (last || !found.isDirectory()) return { what: 'other', bytes: 0 }
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') break
      throw error
    }
  }
  return { what: 'absent', bytes: 0 }
}

const CHUNK = 1 << 20

/** SHA-256 in hex, read in chunks. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path, { highWaterMark: CHUNK }), hash)
  return hash.digest('hex')
}
