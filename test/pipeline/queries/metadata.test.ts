import { describe, expect, it } from 'vitest'
import type { Curation } from '../../../src/domain/curation.ts'
import { metadataPairs } from '../../../src/pipeline/queries/metadata.ts'
import { playlist } from '../../support/curator.ts'

const curation: Curation = {
  id: 'a',
  description: 'x',
  themes: ['heartbreak'],
  genres: ['electronic', 'synth-pop'],
  moods: ['wistful'],
  activities: ['night drives'],
  eras: ['1980s', '1920s'],
  artists: ['a-ha', 'Madonna'],
  title_informative: true,
  confidence: 1,
}

describe('metadataPairs', () => {
  it('combines facets with the narrowest genre, and shortens decades as people type them', () => {
    const queries = metadataPairs({ playlist: playlist('a', { title: 'Neon  Tears' }), curation }, 99).map(
      ({ query }) => query,
    )
    expect(queries[0]).toBe('neon tears')
    expect(queries.slice(1).toSorted()).toEqual([
      '1920s synth-pop',
      '80s synth-pop',
      'a-ha synth-pop',
      'electronic synth-pop',
      'heartbreak',
      'heartbreak synth-pop',
      'songs like a-ha and madonna',
      'synth-pop for night drives',
      'wistful music for night drives',
      'wistful synth-pop',
    ])
  })

  it('takes the title first and of the rest the same few each time', () => {
    const item = { playlist: playlist('a'), curation }
    const few = metadataPairs(item, 4)
    expect(few).toHaveLength(4)
    expect(few[0]?.intent).toBe('title')
    expect(metadataPairs(item, 4)).toEqual(few)
  })

  it('has the title alone where nothing is curated, and nothing where a facet is missing', () => {
    expect(metadataPairs({ playlist: playlist('a'), curation: undefined }, 9)).toHaveLength(1)
    const bare = { ...curation, genres: [], artists: [], moods: [] }
    const queries = metadataPairs({ playlist: playlist('a'), curation: bare }, 9).map(({ query }) => query)
    expect(queries.join('|')).not.toContain('undefined')
    expect(queries).toContain('heartbreak')
  })
})
