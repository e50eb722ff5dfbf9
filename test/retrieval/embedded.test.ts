import { afterAll, describe, expect, it } from 'vitest'
import { openBundle } from '../../src/index-bundle/open.ts'
import { buildBundle, playlist, temporaryFolder } from '../support/bundle.ts'
import { openWordEmbedder } from '../support/word-embedder.ts'
import { retrieverContract } from './contract.ts'

const folder = temporaryFolder()
afterAll(folder.remove)

retrieverContract('hnswlib with SQLite', async (playlists, curations, embedder) => {
  const { out } = await buildBundle(folder, 'contract', { playlists, curations }, { embedder })
  const bundle = await openBundle(out, embedder.info)
  return { retriever: bundle.retriever, close: bundle.close }
})

describe('an embedded index', () => {
  it('may have one kind only, and answers for the other with nothing', async () => {
    const embedder = openWordEmbedder()
    const { out } = await buildBundle(
      folder,
      'one-kind',
      { playlists: [playlist('a'), playlist('b')] },
      { embedder },
    )
    const bundle = await openBundle(out, embedder.info)
    const { vector } = await embedder.embed('list a', 'query')
    const found = await bundle.retriever.retrieve({ text: 'list a', vector, filter: {}, depth: 10 })
    expect(found.map(({ id }) => id).sort()).toEqual(['a', 'b'])
    expect(
      await bundle.retriever.retrieve({ text: 'a', vector, filter: { kind: 'editorial' }, depth: 5 }),
    ).toEqual([])
    bundle.close()
  })

  it('always has exact and prefix titles among the candidates, however small the depth', async () => {
    const embedder = openWordEmbedder()
    const playlists = Array.from({ length: 60 }, (_, i) => playlist(`p${i}`, { title: `Chill Mix ${i % 3}` }))
    const { out } = await buildBundle(folder, 'titles', { playlists }, { embedder })
    const bundle = await openBundle(out, embedder.info)
    const found = await bundle.retriever.retrieve({ text: 'chill mix', vector: null, filter: {}, depth: 1 })
    expect(found.filter(({ title }) => title === 'prefix')).toHaveLength(60)
    const exact = await bundle.retriever.retrieve({ text: 'chill mix 2', vector: null, filter: {}, depth: 1 })
    expect(exact.filter(({ title }) => title === 'exact')).toHaveLength(20)
    bundle.close()
  })
})
