import { describe, expect, it } from 'vitest'
import type { PlaylistRecord } from '../../src/catalog/catalog.ts'
import { NO_FACETS } from '../../src/domain/curation.ts'
import { reasons } from '../../src/search/reasons.ts'
import type { Ranked } from '../../src/search/request.ts'

const record: PlaylistRecord = {
  playlist: {
    id: 'p',
    kind: 'community',
    title: 'Café del Mar sunsets',
    tracks: [{ title: 'Café Tacvba', artists: ['José Padilla', 'José Padilla'] }],
  },
  summary: null,
  facets: { ...NO_FACETS, genres: ['downtempo', 'balearic'], moods: ['sunset calm'], eras: ['1990s'] },
}
const ranked: Ranked = { id: 'p', kind: 'community', score: 0.6, dense: 0.61234, lexical: 0.3, title: null }
const why = (query: string, hit: Partial<Ranked> = {}) => reasons(query, { ...ranked, ...hit }, record)

describe('reasons', () => {
  it('names the words that matched and where they stand, accents aside', () => {
    expect(why('cafe balearic')).toEqual([
      { type: 'title', values: ['Café del Mar sunsets'] },
      { type: 'genres', values: ['balearic'] },
      { type: 'tracks', values: ['Café Tacvba'] },
      { type: 'meaning', values: [], similarity: 0.612 },
    ])
  })

  it('names an artist once', () => {
    expect(why('padilla')).toContainEqual({ type: 'artists', values: ['José Padilla'] })
  })

  it('does not take words that stand everywhere for a reason', () => {
    expect(why('the songs of my playlist').map((reason) => reason.type)).toEqual(['meaning'])
  })

  it('claims no meaning where there was no vector', () => {
    expect(why('sunset', { dense: null }).map((reason) => reason.type)).toEqual(['moods'])
  })

  it('gives the title as the reason when the query begins it', () => {
    expect(why('caf', { title: 'prefix' })[0]).toEqual({ type: 'title', values: ['Café del Mar sunsets'] })
  })
})
