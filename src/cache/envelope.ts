import type { CacheEntry } from './cache.ts'

const MARK = 'segue1'

/**
 * An entry as one Redis string, `segue1 <expiry in ms> <key> <value>`. Its expiry travels with it, so that a process
 * that copies it into its memory keeps it no longer than Redis does, without a second command; its key too, so that
 * a value that lies, or is answered, under another key is seen for what it is.
 */
export const encodeEntry = (key: string, { value, expires }: CacheEntry): string =>
  `${MARK} ${Math.ceil(expires)} ${key} ${value}`

/** Undefined for what encodeEntry did not write for this key. An expired entry comes back as it is. */
export function decodeEntry(key: string, text: string): CacheEntry | undefined {
  const end = text.indexOf(' ', MARK.length + 1)
  if (!text.startsWith(`${MARK} `) || end < 0 || !text.startsWith(`${key} `, end + 1)) return undefined
  const digits = text.slice(MARK.length + 1, end)
  if (!/^\d{1,15}$/.test(digits)) return undefined
  return { value: text.slice(end + key.length + 2), expires: Number(digits) }
}
