import type { Enriched } from '../enriched.ts'
import { foldQuery, type QueryPair } from '../query-set.ts'
import { stableShuffle } from '../stable.ts'

/**
 * Queries made of a playlist's own title and facets: two facets together, since one ("pop") is no playlist's own. Of
 * all that can be made, `most` are taken, the title first, the rest chosen by a stable hash so that every template
 * has its share.
 */
export function metadataPairs({ playlist, curation }: Enriched, most: number): QueryPair[] {
  const pairs = new Map<string, QueryPair>()
  const add = (intent: string, ...parts: (string | undefined)[]) => {
    if (parts.some((part) => part === undefined || part === '')) return
    const query = foldQuery(parts.join(' '))
    if (query === '' || query.length > 120 || pairs.has(query)) return
    pairs.set(query, { query, id: playlist.id, source: 'metadata', intent, weight: 1 })
  }
  add('title', playlist.title)
  if (curation) {
    const { genres, moods, activities, eras, themes, artists } = curation
    // The curator gives the broad genre first: the last is the playlist's own.
    const genre = genres.at(-1)
    for (const mood of moods) add('mood genre', mood, genre)
    for (const era of eras.slice(0, 2)) add('era genre', shortEra(era), genre)
    for (const activity of activities) {
      add('genre activity', genre, 'for', activity)
      add('mood activity', moods[0], 'music for', activity)
    }
    for (const theme of themes) {
      add('theme', theme)
      add('theme genre', theme, genre)
    }
    add('artists', 'songs like', artists[0], artists[1] && 'and', artists[1])
    add('artist genre', artists[0], genre)
    if (genres.length > 1) add('genres', genres.at(-2), genre)
  }
  const [title, ...rest] = pairs.values()
  if (!title) return []
  return [title, ...stableShuffle(rest, (pair) => `${pair.id}\n${pair.query}`)].slice(0, most)
}

/** "1990s" is typed "90s", but "1920s" stays: "20s" is a decade of today's listeners. */
const shortEra = (era: string): string => (/^19[5-9]0s$/.test(era) ? era.slice(2) : era)
