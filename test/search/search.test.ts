import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openCache } from '../../src/cache/open.ts'
import { SegueError } from '../../src/domain/errors.ts'
import type { Embedder } from '../../src/embedding/embedder.ts'
import { openInlineEmbedder } from '../../src/embedding/inline-embedder.ts'
import { type Bundle, openBundle } from '../../src/index-bundle/open.ts'
import type { SearchRequest } from '../../src/search/request.ts'
import { createSearch } from '../../src/search/search.ts'
import { DEMO_INDEX, DEMO_MODEL } from '../support/demo.ts'

let embedder: Embedder
let bundle: Bundle
beforeAll(async () => {
  embedder = await openInlineEmbedder({ modelDir: DEMO_MODEL })
  bundle = await openBundle(DEMO_INDEX, embedder.info)
})
afterAll(async () => {
  bundle.close()
  await embedder.close()
})

const request = (q: string, more: Partial<SearchRequest> = {}): SearchRequest => ({
  q,
  filter: {},
  limit: 5,
  offset: 0,
  groupByKind: false,
  explain: false,
  bypassCache: false,
  ...more,
})

async function searchWith(embed: Embedder['embed']) {
  const cache = await openCache({ ttlSeconds: 60, ttlJitter: 0, memoryEntries: 100, memoryBytes: 1_000_000 })
  return createSearch({
    embedder: { ...embedder, embed },
    retriever: bundle.retriever,
    catalog: bundle.catalog,
    cache,
    indexFingerprint: bundle.manifest.fingerprint,
    depth: 50,
    floor: 0.1,
  })
}

describe('search', () => {
  it.each(['unavailable', 'timeout'] as const)(
    'answers by words alone when the model is %s, and says so',
    async (code) => {
      let down = true
      const { search } = await searchWith(async (text, role) => {
        if (down) throw new SegueError(code, 'no model now')
        return embedder.embed(text, role)
      })
      const worse = await search(request('bossa nova'))
      expect(worse.degraded).toEqual(['dense'])
      expect(worse.shelves.get('all')?.hits.length).toBeGreaterThan(0)

      // The degraded answer was not kept: as soon as the model is back, answers are whole.
      down = false
      const whole = await search(request('bossa nova'))
      expect(whole).toMatchObject({ degraded: [], cache: 'miss' })
    },
  )

  it.each(['overloaded', 'shutting_down'] as const)(
    'refuses, rather than answers worse, when %s',
    async (code) => {
      const { search } = await searchWith(async () => {
        throw new SegueError(code, 'not now')
      })
      await expect(search(request('bossa nova'))).rejects.toMatchObject({ code })
    },
  )

  it('computes concurrent equal queries once', async () => {
    let computed = 0
    const { search } = await searchWith(async (text, role) => {
      computed++
      return embedder.embed(text, role)
    })
    const answers = await Promise.all(['Jazz', 'jazz ', ' JAZZ', 'jazz'].map((q) => search(request(q))))
    expect(computed).toBe(1)
    for (const answer of answers) expect(answer.shelves).toEqual(answers[0]?.shelves)
  })

  it('keeps answers to different filters apart', async () => {
    const { search } = await searchWith(embedder.embed)
    await search(request('jazz'))
    const editorial = await search(request('jazz', { filter: { kind: 'editorial' } }))
    expect(editorial.cache).toBe('miss')
    expect(new Set(editorial.shelves.get('all')?.hits.map((hit) => hit.kind))).toEqual(new Set(['editorial']))
  })
})
