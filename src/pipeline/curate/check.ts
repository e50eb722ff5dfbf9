import type { Static } from 'typebox'
import { Clean } from 'typebox/value'
import type { Curation } from '../../domain/curation.ts'
import type { Playlist } from '../../domain/playlist.ts'
import { rowChecker } from '../jsonl.ts'
import type { Checked } from '../llm/task.ts'
import { copiedTitles, creditedAs } from './names.ts'
import { CuratorAnswer, TRACKS_READ, WORDS_IN_DESCRIPTION } from './prompt.ts'

/** A description a few words too long still says the right thing: it is taken, and noted for review. */
const WORDS_TOLERATED = Math.ceil(WORDS_IN_DESCRIPTION * 1.1)
/** From so many full track names on, a description is noted for review ... */
const TITLES_NOTED = 3
/**
 * ... and refused as a list of songs where they make up this share of its words. A bare count refused 10 % of a good
 * curator's answers on well-known hits, most of them sound descriptions with examples; this refuses the lists.
 */
const TITLES_SHARE = 0.4

export interface CheckedCuration {
  readonly curation: Curation
  /** What was nearly wrong, for review. */
  readonly notes: readonly string[]
}

const explain = rowChecker(CuratorAnswer)

/**
 * Whether an answer says only what the playlist supports: shape and bounds, artists among the tracks', at least one
 * era among the tracks' years, length, and words of its own. Catches also an answer that obeyed a title.
 */
export function checkCuration(playlist: Playlist, answer: Record<string, unknown>): Checked<CheckedCuration> {
  const wrong = explain(answer)
  if (wrong !== null) return { refused: `shape: ${wrong}` }
  // Without fields that were not asked for: an answer must not choose its id or provenance.
  const given = Clean(CuratorAnswer, structuredClone(answer)) as Static<typeof CuratorAnswer>
  const tracks = playlist.tracks.slice(0, TRACKS_READ)
  const notes: string[] = []

  const words = given.description.trim().split(/\s+/u).length
  if (words > WORDS_TOLERATED) {
    return { refused: `description: it has ${words} words, at most ${WORDS_IN_DESCRIPTION} are wanted` }
  }
  if (words > WORDS_IN_DESCRIPTION) notes.push(`the description has ${words} words`)

  const names = `${playlist.title} ${tracks.flatMap((track) => track.artists).join(' ')}`
  const copied = copiedTitles(
    given.description,
    tracks.map((track) => track.title),
    names,
  )
  if (copied.length >= TITLES_NOTED) {
    const share = copied.join(' ').split(' ').length / words
    if (share >= TITLES_SHARE) {
      return {
        refused: `copying: it is a list of songs (${copied.join(', ')}); describe the music, name at most two`,
      }
    }
    notes.push(`the description names ${copied.length} of the tracks`)
  }

  const artists: string[] = []
  for (const name of given.artists) {
    const credit = creditedAs(name, tracks)
    if (credit === null) return { refused: `artists: ${JSON.stringify(name)} is not an artist of the tracks` }
    if (credit !== name) notes.push(`${name} is spelled ${credit} in the tracks`)
    if (!artists.includes(credit)) artists.push(credit)
  }

  const known = new Set(
    tracks.flatMap(({ year }) => (year === undefined ? [] : [`${Math.floor(year / 10)}0s`])),
  )
  const eras = given.eras.filter((era) => era !== 'unknown')
  if (known.size > 0 && eras.length > 0 && !eras.some((era) => known.has(era))) {
    return {
      refused: `eras: ${eras.join(', ')} fits none of the tracks' years (${[...known].sort().join(', ')})`,
    }
  }
  const unfounded = eras.filter((era) => known.size > 0 && !known.has(era))
  if (unfounded.length > 0) notes.push(`no track is of the ${unfounded.join(', ')}`)

  const { language, ...rest } = given
  return {
    value: {
      notes,
      curation: {
        ...rest,
        id: playlist.id,
        description: given.description.trim(),
        eras,
        artists,
        ...(language !== 'unknown' && { language }),
      },
    },
  }
}
