import { distance } from 'fastest-levenshtein'
import type { Db } from '../catalog/sqlite.ts'

/** Shorter words have too many neighbours. */
const SHORTEST = 4

/** From this length on, two slips are likelier than another word. */
const LONG = 8

/** A word of fewer playlists is likelier a slip itself, or a name that only its own spelling should find. */
const FEWEST_ROWS = 3

/**
 * Finds the catalogue's word that a misspelt one most likely is: the nearest by Levenshtein distance (1, or 2 for
 * long words), the more frequent among equals. The first letter is taken as right, as it nearly always is
 * (Pollock and Zamora 1984, "Automatic spelling correction in scientific and scholarly text"), which keeps the
 * comparison to a fraction of the words.
 */
export function openSpelling(db: Db): (word: string) => string | null {
  const byStart = new Map<string, { word: string; rows: number }[]>()
  const words = db.prepare<[number, number], { word: string; rows: number }>(
    'SELECT term AS word, rows FROM terms WHERE rows >= ? AND length(term) >= ? ORDER BY term',
  )
  for (const entry of words.iterate(FEWEST_ROWS, SHORTEST - 1)) {
    const start = firstCharacter(entry.word)
    const list = byStart.get(start) ?? []
    byStart.set(start, list)
    list.push(entry)
  }

  return (word) => {
    if (word.length < SHORTEST || /\d/.test(word)) return null
    let allowed = word.length >= LONG ? 2 : 1
    let best: { word: string; rows: number } | null = null
    for (const entry of byStart.get(firstCharacter(word)) ?? []) {
      if (Math.abs(entry.word.length - word.length) > allowed) continue
      const slips = distance(word, entry.word)
      if (slips > allowed || (best && slips === allowed && entry.rows <= best.rows)) continue
      best = entry
      allowed = slips
    }
    return best?.word ?? null
  }
}

const firstCharacter = (word: string) => String.fromCodePoint(word.codePointAt(0) ?? 0)
