/**
 * Closeness of meaning in words. On judged dev queries, half of the playlists of the best grade lie between .33 and .47;
 * of those that were judged irrelevant one in twenty is above .37.
 */
const CLOSENESS = [
  [0.5, 'very close meaning'],
  [0.4, 'close meaning'],
  [0.3, 'related meaning'],
  [-1, 'loosely related meaning'],
]

const FACET_WORDS = {
  themes: ['theme', 'themes'],
  genres: ['genre', 'genres'],
  moods: ['mood', 'moods'],
  activities: ['made for', 'made for'],
  eras: ['from the', 'from the'],
  artists: ['artist', 'artists'],
  tracks: ['track', 'tracks'],
}

const languageNames = new Intl.DisplayNames(['en'], { type: 'language' })
const numbers = new Intl.NumberFormat('en')
const listed = new Intl.ListFormat('en', { type: 'conjunction' })

/** Stays at the end of its line. */
export const SEPARATOR = '\u00a0· '

export const count = (n, one, many = `${one}s`) => `${numbers.format(n)} ${n === 1 ? one : many}`

/** "12 editorial and 1 community playlist", from the groups of an answer. */
export function summary(groups) {
  const counts = groups.map(({ kind, total }) => `${numbers.format(total)} ${kind}`)
  const last = groups.at(-1)?.total
  return `${listed.format(counts)} ${last === 1 ? 'playlist' : 'playlists'}`
}

/** A language code as a name; catalogues use zxx for music without words. */
export function languageName(code) {
  if (code === 'zxx') return 'Instrumental'
  if (code === 'mul') return 'Several languages'
  try {
    return languageNames.of(code)
  } catch {
    return code
  }
}

/** "15 tracks · English · 8 followers" and whose it is. */
export function facts({ owner, trackCount, language, followers }) {
  return [
    owner,
    count(trackCount, 'track'),
    language ? languageName(language) : null,
    followers ? count(followers, 'follower') : null,
  ].filter(Boolean)
}

/** Why a playlist matched: one phrase a reason, the API's `reasons` in a listener's words. */
export function why(reasons = []) {
  return reasons.map(({ type, values, similarity }) => {
    if (type === 'meaning') return CLOSENESS.find(([least]) => similarity >= least)[1]
    if (type === 'title') return 'its title'
    const [one, many] = FACET_WORDS[type] ?? [type, type]
    const said = type === 'tracks' ? values.map((value) => `“${value}”`) : values
    return `${values.length === 1 ? one : many} ${listed.format(said)}`
  })
}

export const describedBy = (who) =>
  who === 'editors' ? 'Described by the editors' : who === 'curator' ? 'Described by Segue’s curator' : null

export const trackLine = ({ title, artists }) =>
  artists.length > 0 ? `${title} – ${artists.join(', ')}` : title

/** Milliseconds with as many digits as they are worth. */
export function milliseconds(ms) {
  const digits = ms < 1 ? 2 : ms < 10 ? 1 : 0
  return `${ms.toFixed(digits)} ms`
}

/**
 * The language of a text for fonts and voices, where its script says that it is not English: a playlist of Spanish
 * songs may well have an English title.
 */
export function languageOf(text, language) {
  const foreign = /(?=\p{L})\P{Script=Latin}/u.test(text)
  return foreign && language && language !== 'zxx' && language !== 'mul' ? language : undefined
}
