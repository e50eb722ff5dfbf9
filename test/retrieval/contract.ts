import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Curation } from '../../src/domain/curation.ts'
import type { Filter } from '../../src/domain/filter.ts'
import type { Kind, Playlist } from '../../src/domain/playlist.ts'
import type { Embedder } from '../../src/embedding/embedder.ts'
import type { Retriever } from '../../src/retrieval/retriever.ts'
import { curation, playlist, randomCatalogue } from '../support/bundle.ts'
import { openWordEmbedder } from '../support/word-embedder.ts'

/** Opens a retriever over these playlists, whose vectors come from this embedder. */
export type OpenRetriever = (
  playlists: readonly Playlist[],
  curations: readonly Curation[],
  embedder: Embedder,
) => Promise<{ retriever: Retriever; close: () => Promise<void> | void }>

const TITLES: readonly [Kind, string][] = [
  ['editorial', 'Rainy Sunday Indie Folk'],
  ['community', 'rainy sunday indie folk'],
  ['community', 'Rainy Days'],
  ['editorial', '雨の日のジャズ'],
  ['community', 'أغاني المطر الهادئة'],
  ['community', 'Дождливое воскресенье'],
  ['community', 'Música de Lluvia'],
  ['community', '🌧️🌧️🌧️'],
  ['editorial', 'AC/DC: "Best Of" (100% live) -- OR NOT'],
  ['community', "'; DROP TABLE playlists; --"],
]

/** What any engine behind the Retriever contract must do, whatever it is made of. */
export function retrieverContract(name: string, open: OpenRetriever): void {
  describe(`${name} as a retriever`, () => {
    const embedder = openWordEmbedder()
    const { playlists, curations } = randomCatalogue(1200)
    for (const [i, [kind, title]] of TITLES.entries()) playlists.push(playlist(`t-${i}`, { kind, title }))
    curations.push(curation('t-0', { genres: ['Indie Folk'], moods: ['cosy'] }))
    const byId = new Map(playlists.map((row) => [row.id, row]))
    const genresOf = new Map(curations.map((row) => [row.id, row.genres]))
    let opened: Awaited<ReturnType<OpenRetriever>>
    beforeAll(async () => {
      opened = await open(playlists, curations, embedder)
    })
    afterAll(() => opened.close())

    const search = async (text: string, filter: Filter = {}, depth = 20, withVector = true) => {
      const vector = withVector ? (await embedder.embed(text, 'query')).vector : null
      return opened.retriever.retrieve({ text: text.toLowerCase(), vector, filter, depth })
    }
    const dot = (a: Float32Array, b: Float32Array) =>
      a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0)

    it('gives each id once, with scores in their ranges, for both kinds', async () => {
      const found = await search('rainy sunday piano')
      expect(new Set(found.map(({ id }) => id)).size).toBe(found.length)
      for (const { id, kind, dense, lexical } of found) {
        expect(byId.get(id)?.kind).toBe(kind)
        expect(Math.abs(dense ?? 2)).toBeLessThanOrEqual(1 + 1e-5)
        expect(lexical).toBeGreaterThanOrEqual(0)
        expect(lexical).toBeLessThanOrEqual(1)
      }
      for (const kind of ['editorial', 'community']) {
        expect(found.filter((hit) => hit.kind === kind && hit.dense !== null).length).toBeGreaterThanOrEqual(
          20,
        )
      }
    })

    it('gives every candidate its exact cosine, also those that the words found', async () => {
      const { vector } = await embedder.embed('coffee guitar', 'query')
      for (const { id, dense } of await search('coffee guitar')) {
        const stored = await opened.retriever.vector(id)
        expect(dense).toBeCloseTo(dot(stored as Float32Array, vector), 4)
      }
    })

    it('searches by vector alone and by text alone', async () => {
      const { vector } = await embedder.embed('rain', 'query')
      const dense = await opened.retriever.retrieve({ text: '', vector, filter: {}, depth: 10 })
      expect(dense).toHaveLength(20)
      expect(dense.every(({ lexical, title }) => lexical === 0 && title === null)).toBe(true)
      const lexical = await search('rain coffee', {}, 10, false)
      expect(lexical.length).toBeGreaterThan(0)
      expect(lexical.every((hit) => hit.dense === null && hit.lexical > 0)).toBe(true)
    })

    it('waits for a vector that is still to come, while other searches pass', async () => {
      const asked = ['coffee guitar', 'rainy sunday piano', 'rain']
      const alone = await Promise.all(asked.map((text) => search(text)))
      const late = asked.map(async (text, i) => {
        const coming = (async () => {
          await new Promise((resolve) => setTimeout(resolve, 30 - 10 * i))
          return (await embedder.embed(text, 'query')).vector
        })()
        return opened.retriever.retrieve({ text, vector: coming, filter: {}, depth: 20 })
      })
      expect(await Promise.all(late)).toEqual(alone)
    })

    it('rejects with what the vector rejects with, and goes on', async () => {
      const before = await search('rain')
      const vector = Promise.reject(new Error('no model'))
      const lost = opened.retriever.retrieve({ text: 'rain', vector, filter: {}, depth: 20 })
      await expect(lost).rejects.toThrow('no model')
      expect(await search('rain')).toEqual(before)
    })

    it.each(TITLES.map(([, title], i) => [title, `t-${i}`]))(
      'finds %s by its very title',
      async (title, id) => {
        const found = await search(title, {}, 1)
        expect(found.find((hit) => hit.id === id)?.title).toBe('exact')
      },
    )

    it.each([
      ['rainy sun', 't-0'],
      ['雨の日の', 't-3'],
      ['أغاني الم', 't-4'],
      ['дождливое в', 't-5'],
      ['musica de ll', 't-6'],
      ['ac/dc: "best', 't-8'],
    ])('finds a playlist by the beginning of its title: %s', async (text, id) => {
      const found = await search(text, {}, 1)
      expect(found.find((hit) => hit.id === id)?.title).toBe('prefix')
    })

    it.each([
      '"',
      'title:rain',
      'rain*',
      'NEAR(rain sun)',
      'rain AND (',
      '-rain',
      '^rain',
      "rain' OR 1=1",
      '\\',
      '%',
    ])('takes %s as words, not as syntax', async (text) => {
      for (const { lexical } of await search(text, {}, 5)) expect(Number.isFinite(lexical)).toBe(true)
    })

    it('scores nonsense near nothing, and lower for every word that is nowhere', async () => {
      const best = async (text: string) => Math.max(...(await search(text)).map(({ lexical }) => lexical))
      expect(await best('qxzvk wqpfj')).toBe(0)
      const known = await best('disco')
      expect(await best('disco qxzvk')).toBeLessThan(known / 1.5)
    })

    const filters: [string, Filter, (row: Playlist) => boolean][] = [
      ['kind', { kind: 'editorial' }, (row) => row.kind === 'editorial'],
      ['language, without case', { languages: ['DE', 'fr'] }, (row) => row.language === 'de'],
      ['owner', { owners: ['owner 3', 'owner 5'] }, (row) => /^owner [35]$/.test(row.owner ?? '')],
      ['followers', { minFollowers: 600 }, (row) => (row.followers ?? -1) >= 600],
      [
        'genre, without case',
        { genres: ['tenth'] },
        (row) => genresOf.get(row.id)?.includes('Tenth') ?? false,
      ],
      [
        'several at once',
        { genres: ['TENTH'], languages: ['en'], minFollowers: 300, kind: 'community' },
        (row) =>
          (genresOf.get(row.id)?.includes('Tenth') ?? false) &&
          (row.followers ?? 0) >= 300 &&
          row.kind === 'community',
      ],
      ['a facet with a quote', { moods: ["' OR 1=1 --", '")'] }, () => false],
      ['nothing there', { languages: ['xx'] }, () => false],
    ]
    it.each(filters)('keeps a filter in every leg: %s', async (_, filter, fits) => {
      for (const text of ['rain indie', 'rainy sunday indie folk', 'love']) {
        const found = await search(text, filter, 50)
        expect(found.filter(({ id }) => !fits(byId.get(id) as Playlist))).toEqual([])
        const fitting = playlists.filter(fits).length
        if (fitting > 0) expect(found.length).toBeGreaterThanOrEqual(Math.min(50, fitting) / 2)
        else expect(found).toEqual([])
      }
    })

    const shares: [string, Filter, (row: Playlist) => boolean][] = [
      ['1 %', { genres: ['hundredth'] }, (row) => genresOf.get(row.id)?.includes('hundredth') ?? false],
      ['10 %', { genres: ['tenth'] }, (row) => genresOf.get(row.id)?.includes('Tenth') ?? false],
      ['50 %', { languages: ['en'] }, (row) => row.language === 'en'],
      ['95 %', { minFollowers: 60 }, (row) => (row.followers ?? 0) >= 60],
      ['all', {}, () => true],
    ]
    it.each(shares)('recalls 0.95 of the exact nearest when a filter leaves %s', async (_, filter, fits) => {
      let hits = 0
      let wanted = 0
      for (const text of [
        'rain',
        'jazz piano night',
        'metal run',
        'summer road love',
        'sleep',
        'disco party house',
      ]) {
        const { vector } = await embedder.embed(text, 'query')
        for (const kind of ['editorial', 'community'] as const) {
          const left = playlists.filter((row) => row.kind === kind && fits(row))
          const scored = await Promise.all(
            left.map(async ({ id }) => ({
              id,
              score: dot((await opened.retriever.vector(id)) as Float32Array, vector),
            })),
          )
          const exact = scored.sort((a, b) => b.score - a.score).slice(0, 10)
          const found = await opened.retriever.retrieve({
            text: '',
            vector,
            filter: { ...filter, kind },
            depth: 10,
          })
          const ids = new Set(found.map(({ id }) => id))
          wanted += exact.length
          hits += exact.filter(({ id }) => ids.has(id)).length
        }
      }
      expect(wanted).toBeGreaterThan(50)
      expect(hits / wanted).toBeGreaterThanOrEqual(0.95)
    })

    it('knows the vector of a playlist, and of no other', async () => {
      const vector = await opened.retriever.vector('t-0')
      expect(Math.hypot(...(vector ?? []))).toBeCloseTo(1, 4)
      expect(await opened.retriever.vector('nobody')).toBeNull()
    })
  })
}
