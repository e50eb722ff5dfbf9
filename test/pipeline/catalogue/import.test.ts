import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { Playlist } from '../../../src/domain/playlist.ts'
import { type ImportOptions, importCatalogue } from '../../../src/pipeline/catalogue/import.ts'
import { playlist } from '../../support/curator.ts'
import { jsonlFile, readRows, temporaryFolder } from '../../support/temporary.ts'

const OPTIONS: ImportOptions = {
  format: 'auto',
  skipInvalid: true,
  editorialOwners: ['spotify'],
  ratios: [0.8, 0.1, 0.1],
  previousSplits: null,
}

async function file(name: string, content: string | Buffer): Promise<string> {
  const path = join(await temporaryFolder(), name)
  await writeFile(path, content)
  return path
}

async function imported(files: readonly string[], options: Partial<ImportOptions> = {}) {
  const out = await temporaryFolder()
  const report = await importCatalogue(files, out, { ...OPTIONS, ...options })
  const table = async (name: string) =>
    new Map(
      (await readFile(join(out, name), 'utf8'))
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => line.split('\t') as [string, string]),
    )
  const corpus = await readRows<Playlist>(join(out, 'corpus.jsonl'))
  return { out, report, corpus, clusters: await table('clusters.tsv'), splits: await table('splits.tsv') }
}

const MPD = {
  info: { generated_on: '2017-12-03', slice: '0-999', version: 'v1' },
  playlists: [
    {
      name: 'Throwbacks ',
      collaborative: 'false',
      pid: 0,
      num_tracks: 52,
      num_followers: 1,
      description: 'old &amp; gold',
      tracks: [
        { pos: 0, artist_name: 'Missy Elliott', track_uri: 'spotify:track:0', track_name: 'Lose Control' },
        { pos: 1, artist_name: '', track_uri: 'spotify:track:1', track_name: 'Toxic' },
        { pos: 2, artist_name: 'X', track_uri: 'spotify:track:2', track_name: '' },
      ],
    },
    { name: '', pid: 1, tracks: [{ artist_name: 'A', track_name: 'B' }] },
    { name: 'Empty', pid: 2, num_followers: 3, tracks: [] },
  ],
}

const WEB_API = {
  id: '37i9dQZF1DX',
  type: 'playlist',
  name: 'Rock &amp; Roll',
  description: 'The <a href="spotify:playlist:x">best</a> of &#x27;rock&#39;.',
  owner: { id: 'spotify', display_name: 'Spotify' },
  followers: { href: null, total: 12 },
  tracks: {
    href: '',
    total: 120,
    items: [
      null,
      { track: null },
      { track: { type: 'episode', name: 'A podcast' } },
      { track: { type: 'track', name: '', artists: [] } },
      {
        track: {
          type: 'track',
          name: 'Johnny B. Goode',
          artists: [{ name: 'Chuck Berry' }, { name: '' }, null],
          album: { release_date: '1959-10-12' },
        },
      },
      {
        item: {
          type: 'track',
          name: 'Unknown date',
          artists: [{ name: 'X' }],
          album: { release_date: '0000' },
        },
      },
      { track: { name: 'No album', artists: null } },
    ],
  },
}

describe('importCatalogue', () => {
  it('reads a slice of the Million Playlist Dataset and says what it left out', async () => {
    const { corpus, report } = await imported([
      await file('mpd.slice.0-999.json', JSON.stringify(MPD, null, 1)),
    ])
    expect(corpus).toEqual([
      {
        id: 'mpd-0',
        kind: 'community',
        title: 'Throwbacks',
        description: 'old & gold',
        followers: 1,
        trackCount: 52,
        tracks: [
          { title: 'Lose Control', artists: ['Missy Elliott'] },
          { title: 'Toxic', artists: [] },
        ],
      },
    ])
    expect(report).toMatchObject({
      read: 3,
      dropped: { 'no title': 1, 'no tracks': 1 },
      lost: { 'a track without a name': 1, 'an artist without a name': 1 },
    })
    expect(report.examples[0]).toMatch(/mpd\.slice\.0-999\.json#2: no title$/)
  })

  it('reads playlist objects of the Web API over null items, episodes and missing fields', async () => {
    const { corpus, report } = await imported([await file('playlist.json', JSON.stringify(WEB_API))])
    expect(corpus).toEqual([
      {
        id: '37i9dQZF1DX',
        kind: 'editorial',
        title: 'Rock & Roll',
        description: "The best of 'rock'.",
        owner: 'Spotify',
        followers: 12,
        trackCount: 120,
        tracks: [
          { title: 'Johnny B. Goode', artists: ['Chuck Berry'], year: 1959 },
          { title: 'Unknown date', artists: ['X'] },
          { title: 'No album', artists: [] },
        ],
      },
    ])
    expect(report.lost).toMatchObject({
      'a null item': 1,
      'an item without its track': 1,
      'a podcast episode': 1,
      'a track without a name': 1,
      'an artist without a name': 2,
    })
  })

  it.each([
    ['an array', (list: unknown) => [list, null]],
    ['a page', (list: unknown) => ({ href: '', limit: 2, items: [list, null] })],
    ['a search result', (list: unknown) => ({ playlists: { href: '', items: [list, null] } })],
  ])('finds playlist objects in %s', async (_, wrap) => {
    const { corpus, report } = await imported([await file('answer.json', JSON.stringify(wrap(WEB_API)))])
    expect(corpus).toHaveLength(1)
    expect(report.dropped).toEqual({ 'a null item': 1 })
  })

  it('finds them one a line, mixed with our own', async () => {
    const path = await jsonlFile([playlist('own'), WEB_API, MPD.playlists[0]])
    expect((await imported([path])).corpus.map(({ id }) => id)).toEqual(['own', '37i9dQZF1DX', 'mpd-0'])
  })

  it('drops a playlist whose tracks are only linked, as lists of playlists have them', async () => {
    const linked = { ...WEB_API, tracks: { href: 'https://api', total: 5 } }
    const { report } = await imported([await file('me.json', JSON.stringify({ items: [linked, WEB_API] }))])
    expect(report.dropped).toEqual({ 'its tracks are linked but not listed': 1 })
  })

  it('reads CSV, a playlist a row or a track a row, with quotes and a semicolon between artists', async () => {
    const lists = await file(
      'lists.csv',
      '\uFEFFid,title,description,followers,tracks\r\na,"Rain, again","two\nlines",7,"Eels - Novocaine; a-ha - Take On Me"\r\n',
    )
    const tracks = await file(
      'tracks.tsv',
      'playlist_id\tplaylist_name\ttrack_name\tartist_name\tyear\nb\tB side\tUmbrella\tRihanna; JAY-Z\t2007\nb\tB side\tHey\t\t\nc\tC\tX\tY\t1999\n',
    )
    const { corpus } = await imported([lists, tracks])
    expect(corpus).toEqual([
      {
        id: 'a',
        kind: 'community',
        title: 'Rain, again',
        description: 'two\nlines',
        followers: 7,
        tracks: [
          { title: 'Novocaine', artists: ['Eels'] },
          { title: 'Take On Me', artists: ['a-ha'] },
        ],
      },
      {
        id: 'b',
        kind: 'community',
        title: 'B side',
        tracks: [
          { title: 'Umbrella', artists: ['Rihanna', 'JAY-Z'], year: 2007 },
          { title: 'Hey', artists: [] },
        ],
      },
      { id: 'c', kind: 'community', title: 'C', tracks: [{ title: 'X', artists: ['Y'], year: 1999 }] },
    ])
  })

  it('names the line of a bad row and stops there, or counts it', async () => {
    const path = await jsonlFile([playlist('a'), { ...playlist('b'), title: ' ' }, playlist('a')])
    await expect(imported([path], { skipInvalid: false })).rejects.toThrow(`${path}:2: /title`)
    const { report } = await imported([path])
    expect(report.dropped).toMatchObject({ 'the id was there before': 1 })
    expect(report.examples[1]).toBe(`${path}:3: the id a was there before`)
  })

  it('counts bad rows of one kind together, whatever their values', async () => {
    const bad = ['x', 'y"; z', 'z'.repeat(99)].map((followers, i) => ({ ...playlist(`p${i}`), followers }))
    const { report } = await imported([await jsonlFile(bad)])
    expect(report.dropped).toEqual({ '/followers must be integer': 3 })
  })

  it('leaves no half corpus behind when it stops', async () => {
    const out = await temporaryFolder()
    const path = await file('cut.json', JSON.stringify(MPD).slice(0, -40))
    await expect(importCatalogue([path], out, OPTIONS)).rejects.toThrow(`${path}: broken JSON after playlist`)
    await expect(readFile(join(out, 'corpus.jsonl'))).rejects.toThrow('ENOENT')
  })

  it('unpacks .gz of every form', async () => {
    const packed = await file('mpd.json.gz', gzipSync(JSON.stringify(MPD)))
    expect((await imported([packed])).corpus).toHaveLength(1)
  })

  it('counts fields that the schema does not know, and leaves them out', async () => {
    const { corpus, report } = await imported([await jsonlFile([{ ...playlist('a'), mood: 'x' }])])
    expect(report.lost).toEqual({ 'the unknown field mood': 1 })
    expect(corpus[0]).not.toHaveProperty('mood')
  })
})

describe('the splits of an import', () => {
  const song = (n: number) => ({ title: `Song ${n}`, artists: [`Artist ${n}`] })
  const many = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) =>
      playlist(`p${from + i}`, { tracks: Array.from({ length: 10 }, (_, j) => song((from + i) * 10 + j)) }),
    )

  it('keep the shares, and do not change when rows are added, left out or in another order', async () => {
    const few = await imported([await jsonlFile(many(0, 500))])
    const more = await imported([await jsonlFile(many(0, 2000).reverse())])
    for (const [id, split] of few.splits) expect(more.splits.get(id)).toBe(split)
    expect(more.report.splits.train / 2000).toBeGreaterThan(0.76)
    expect(more.report.splits.dev / 2000).toBeGreaterThan(0.07)
    expect(more.report.splits.test / 2000).toBeGreaterThan(0.07)
  })

  it('keep near-duplicates together', async () => {
    const twins = many(0, 300).flatMap((list) => [
      list,
      { ...list, id: `${list.id}-twin`, tracks: [...list.tracks.slice(0, 8), song(90_001), song(90_002)] },
    ])
    const { splits, clusters, report } = await imported([await jsonlFile(twins)])
    expect(report.clusters).toBe(300)
    for (const [id, split] of splits) expect(splits.get(`${id.replace('-twin', '')}-twin`)).toBe(split)
    expect(clusters.get('p7-twin')).toBe('p7')
  })

  it('obey an earlier assignment, also for new twins of old playlists', async () => {
    const [first = playlist('x')] = many(0, 1)
    const earlier = await file('splits.tsv', `${first.id}\ttest\n`)
    const path = await jsonlFile([first, { ...first, id: 'a-twin' }, ...many(1, 20)])
    const { splits, report } = await imported([path], { previousSplits: earlier })
    expect([splits.get(first.id), splits.get('a-twin')]).toEqual(['test', 'test'])
    expect(report.torn).toBe(0)
  })
})
