import { lexicalTerms } from '../../domain/query.ts'

/** A name's words, folded and spaced, with a space on both sides: one can be found whole inside another. */
export const folded = (text: string): string => ` ${lexicalTerms(text).join(' ')} `

/** A track's name without what labels add to it: (feat. ...), [Live], - Remastered 2011. */
export function bareTitle(title: string): string {
  const bare = title.replace(/\s*[([].*?[)\]]/gu, '').replace(/\s+[-–—]\s+.*$/u, '')
  return bare.trim() === '' ? title : bare
}

/**
 * The track names that a text copies out whole. Names of one word count only as written with a capital and four
 * letters or more ("Creep"), since most are everyday words too; names that `except` holds anyway do not count.
 */
export function copiedTitles(text: string, titles: readonly string[], except: string): string[] {
  const words = folded(text)
  const allowed = folded(except)
  const copied = new Set<string>()
  for (const title of titles) {
    const bare = bareTitle(title)
    const key = folded(bare)
    if (key.trim() === '' || allowed.includes(key) || !words.includes(key)) continue
    if (key.trim().includes(' ') || isNamed(text, bare)) copied.add(key.trim())
  }
  return [...copied]
}

/** Whether a one-word name stands in the text as a name: capitalised, and not only where a sentence begins. */
function isNamed(text: string, name: string): boolean {
  if (name.length < 4 || name[0] === name[0]?.toLowerCase()) return false
  for (let at = text.indexOf(name); at > 0; at = text.indexOf(name, at + 1)) {
    const before = text.slice(0, at).trimEnd()
    if (before !== '' && !/[.!?:]$/u.test(before)) return true
  }
  return false
}

/**
 * How an artist named by the curator stands in the tracks' credits: the credit's own spelling, the name itself
 * where it is one of several in a credit ("Daft Punk" in "Daft Punk,Pharrell Williams") or in a track's name
 * ("feat. ..."), null where it stands nowhere.
 */
export function creditedAs(
  name: string,
  tracks: readonly { readonly title: string; readonly artists: readonly string[] }[],
): string | null {
  const wanted = folded(name)
  if (wanted.trim() === '') {
    return tracks.some((track) => track.artists.includes(name)) ? name : null
  }
  let within = false
  for (const track of tracks) {
    for (const artist of track.artists) {
      if (artist === name) return name
      const credit = folded(artist)
      if (credit === wanted) return artist
      within ||= credit.includes(wanted)
    }
    within ||= folded(track.title).includes(wanted)
  }
  return within ? name : null
}
