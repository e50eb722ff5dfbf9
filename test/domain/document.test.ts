import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Curation } from '../../src/domain/curation.ts'
import { playlistText } from '../../src/domain/document.ts'
import type { Playlist } from '../../src/domain/playlist.ts'

interface Golden {
  readonly playlist: Playlist
  readonly curation?: Curation
  readonly text: string
}
const golden = readFileSync(new URL('fixtures/document-golden.jsonl', import.meta.url), 'utf8')
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line) as Golden)

const playlist: Playlist = {
  id: 'p',
  kind: 'community',
  title: 'stuff 2',
  tracks: [{ title: 'Holocene', artists: ['Bon Iver'] }],
}
const curation: Curation = {
  id: 'p',
  description: 'Hushed folk',
  themes: ['winter'],
  genres: ['folk'],
  moods: [],
  activities: [],
  eras: ['2010s'],
  artists: ['Bon Iver'],
  title_informative: true,
  confidence: 0.9,
}

describe('playlistText', () => {
  it('builds the text that the models were trained on', () => {
    for (const { playlist, curation, text } of golden) expect(playlistText(playlist, curation)).toBe(text)
    expect(golden.length).toBeGreaterThan(50)
  })

  it('puts the title first', () => {
    expect(playlistText(playlist, curation)).toBe('stuff 2. Hushed folk. winter folk 2010s Bon Iver')
  })

  it('puts a title that says nothing behind the description', () => {
    expect(playlistText(playlist, { ...curation, title_informative: false })).toBe(
      'Hushed folk. stuff 2. winter folk 2010s Bon Iver',
    )
  })

  it('lets the tracks speak for a playlist without a curation', () => {
    expect(playlistText(playlist)).toBe('stuff 2. Bon Iver - Holocene')
  })
})
