import type { CacheEntry } from './cache.ts'

const MARK = 'segue1'

/**
 * An entry as one Redis string, `segue1 <expiry in ms> <value>`. Its expiry travels with it, so that a process that
 * copies it into its memory keeps it no longer than Redis does, without a second command.
 */
export const encodeEntry = ({ value, expires }: CacheEntry): string =>
  `${MARK} ${Math.ceil(expires)} ${value}`

/** Undefined for what encodeEntry did not write. An expired entry comes back as it is. */
export function decodeEntry(text: string): CacheEntry | undefined {
  const end = text.indexOf(' ', MARK.length + 1)
  if (!text.startsWith(`${MARK} `) || end < 0) return undefined
  const digits = text.slice(MARK.length + 1, end)
  if (!/^\d{1,15}$/.test(digits)) return undefined
  return { value: text.slice(end + 1), expires: Number(digits) }
}
