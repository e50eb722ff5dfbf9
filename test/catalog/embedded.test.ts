import { afterAll, describe, expect, it } from 'vitest'
import { openBundle } from '../../src/index-bundle/open.ts'
import { buildBundle, curation, playlist, temporaryFolder } from '../support/bundle.ts'

const folder = temporaryFolder()
afterAll(folder.remove)

describe('the catalogue of a bundle', () => {
  it('gives records in the order asked, with what the curator says, and leaves unknown ids out', async () => {
    const full = playlist('a', {
      kind: 'editorial',
      description: 'Ünïcode 🎧',
      owner: 'Desk',
      language: 'de',
      followers: 3,
    })
    const playlists = [playlist('b'), full]
    const { out, embedder } = await buildBundle(folder, 'catalogue', {
      playlists,
      curations: [curation('a', { genres: ['jazz'], eras: ['1990s'] })],
    })
    const bundle = await openBundle(out, embedder.info)
    const records = bundle.catalog.get(['b', 'nobody', "' OR 1=1", 'a', 'b'])
    expect(records.map(({ playlist }) => playlist.id)).toEqual(['b', 'a', 'b'])
    expect(records[1]?.playlist).toEqual(full)
    expect(records[1]).toMatchObject({
      summary: 'About a',
      facets: { genres: ['jazz'], eras: ['1990s'], moods: [] },
    })
    expect(records[0]).toMatchObject({ summary: null, facets: { genres: [] } })
    bundle.close()
  })
})
