import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { playlistText } from '../../../src/domain/document.ts'
import { openBundle } from '../../../src/index-bundle/open.ts'
import {
  buildBundle,
  curation,
  playlist,
  randomCatalogue,
  temporaryFolder,
  writeRows,
} from '../../support/bundle.ts'

const folder = temporaryFolder()
afterAll(folder.remove)

const bytesOf = (out: string) =>
  Object.fromEntries(readdirSync(out).map((file) => [file, readFileSync(`${out}/${file}`, 'base64')]))

describe('a build', () => {
  it('gives the same bytes for the same input, whatever the order of the rows', async () => {
    const rows = randomCatalogue(300)
    const shuffled = { playlists: rows.playlists.toReversed(), curations: rows.curations.toReversed() }
    const one = await buildBundle(folder, 'same', rows, { out: folder.path('one/bundle') })
    const two = await buildBundle(folder, 'same', rows, { out: folder.path('two/bundle') })
    expect(bytesOf(two.out)).toEqual(bytesOf(one.out))
    const three = await buildBundle(folder, 'shuffled', shuffled, { out: folder.path('three/bundle') })
    const withoutManifest = (out: string) => ({ ...bytesOf(out), 'manifest.json': '' })
    expect(withoutManifest(three.out)).toEqual(withoutManifest(one.out))
  })

  it('says in the manifest what it is made of', async () => {
    const rows = randomCatalogue(200)
    rows.curations.length = 150
    const queries = writeRows(folder.path('queries.jsonl'), [
      { _id: 'q1', text: 'Rain Jazz' },
      {
        id: 'p-00001',
        queries: [
          ['genre', 'techno house'],
          ['mood', 'sleep'],
        ],
      },
    ])
    const { out, manifest, embedder } = await buildBundle(folder, 'said', rows, { queries: [queries] })
    const editorial = rows.playlists.filter(({ kind }) => kind === 'editorial').length
    expect(manifest).toMatchObject({
      format: 'segue-index/1',
      name: 'said',
      model: { name: 'words', fingerprint: embedder.info.fingerprint, dimensions: 64, precision: 'fp32' },
      documentVersion: expect.stringMatching(/^document\//),
      counts: { editorial, community: 200 - editorial },
      curated: 150,
      skipped: 0,
      hnsw: { space: 'ip', M: 16, efConstruction: 100, ef: 64 },
      recallAt10: { queries: 3, from: 'queries.jsonl' },
    })
    expect(manifest.recallAt10.community).toBeGreaterThan(0.9)
    expect(manifest.sources.map(({ file }) => file)).toEqual(['said-playlists.jsonl', 'said-curation.jsonl'])
    expect(readFileSync(`${out}/manifest.json`, 'utf8')).not.toContain(folder.path(''))
  })

  it('warns of a graph that finds too little', async () => {
    const rows = randomCatalogue(800, 5)
    const poor = await buildBundle(folder, 'poor', rows, { hnsw: { M: 4, efConstruction: 10, ef: 10 } })
    expect(poor.manifest.recallAt10.community).toBeLessThan(0.97)
    expect(poor.warnings).toContainEqual(expect.stringMatching(/^the community graph finds .*--ef above 10 /))
    const good = await buildBundle(folder, 'good', rows)
    expect(good.manifest.recallAt10.community).toBeGreaterThan(0.97)
    expect(good.warnings).toEqual([])
  })

  it('replaces an old bundle and leaves nothing beside it', async () => {
    const out = folder.path('replaced/bundle')
    const first = await buildBundle(folder, 'first', { playlists: [playlist('a')] }, { out })
    const second = await buildBundle(folder, 'second', { playlists: [playlist('a'), playlist('b')] }, { out })
    expect(second.manifest.fingerprint).not.toBe(first.manifest.fingerprint)
    expect(readdirSync(folder.path('replaced'))).toEqual(['bundle'])
    const bundle = await openBundle(out, second.embedder.info)
    expect(bundle.manifest.counts.community).toBe(2)
    bundle.close()
  })
})

describe('verdicts of a review', () => {
  it('decide what is indexed: accepted stays, edited is replaced, rejected falls back on the tracks', async () => {
    const playlists = ['accepted', 'edited', 'rejected', 'returned', 'unseen'].map((id) => playlist(id))
    const curations = ['accepted', 'edited', 'rejected', 'unseen'].map((id) => curation(id))
    const better = curation('edited', { description: 'Rain and jazz by night.', genres: ['jazz'] })
    const returned = curation('returned', { description: 'Set aside, then accepted.' })
    const verdicts = writeRows(folder.path('verdicts.jsonl'), [
      { id: 'accepted', verdict: 'accept' },
      { id: 'edited', verdict: 'edit', curation: better, by: 'Ada' },
      { id: 'rejected', verdict: 'reject' },
      { id: 'returned', verdict: 'accept', curation: returned },
      { id: 'of another catalogue', verdict: 'reject' },
    ])
    const rows = { playlists, curations }
    const { out, manifest, embedder } = await buildBundle(folder, 'obeyed', rows, { verdicts: [verdicts] })
    expect(manifest.curated).toBe(4)
    expect(manifest.sources.map(({ file }) => file)).toContain('verdicts.jsonl')
    const bundle = await openBundle(out, embedder.info)
    const wanted = {
      accepted: curations[0],
      edited: better,
      rejected: undefined,
      returned,
      unseen: curations[3],
    }
    for (const [id, of] of Object.entries(wanted)) {
      const [row] = bundle.catalog.get([id])
      expect(row?.summary ?? null, id).toBe(of?.description ?? null)
      expect(row?.facets.genres, id).toEqual(of?.genres ?? [])
      const text = playlistText(playlist(id), of)
      const { vector } = await embedder.embed(text, 'document')
      expect(await bundle.retriever.vector(id), id).toEqual(vector)
    }
    bundle.close()
  })
})

const BAD = [
  'not json',
  '{"id": "cut',
  '[]',
  { ...playlist('no-title'), title: undefined },
  playlist('wrong kind', { kind: 'album' as never }),
  playlist('kind', { kind: 'album' as never }),
  { ...playlist('tracks'), tracks: [{ title: 'x' }] },
  playlist('blank', { title: '   ' }),
  playlist('followers', { followers: -1 }),
  '{"id":"surrogate","kind":"community","title":"half \\ud83d emoji","tracks":[]}',
  playlist('good-1'),
]

describe('bad rows', () => {
  const rows = [playlist('good-1'), ...BAD, playlist('good-2')]

  it('stop the build, each with file, line, field and what would be right', async () => {
    const error = await buildBundle(folder, 'bad', { playlists: rows }).catch((error) => error)
    expect(error.code).toBe('invalid_input')
    expect(error.message).toContain('11 bad rows, nothing was built')
    const expected: [number, RegExp][] = [
      [2, /not JSON/],
      [3, /not JSON/],
      [4, /the row must be object/],
      [5, /title/],
      [6, /\/id must match/],
      [7, /\/kind must be "editorial" or "community"/],
      [8, /\/tracks\/0.*artists/],
      [9, /\/title/],
      [10, /\/followers must be >= 0/],
      [11, /surrogate/],
      [12, /good-1 was given before, at .*bad-playlists\.jsonl:1/],
    ]
    const lines = error.message.split('\n')
    for (const [line, reason] of expected) {
      const found = lines.find((text: string) => text.includes(`bad-playlists.jsonl:${line}:`))
      expect(found, `line ${line}`).toMatch(reason)
    }
    expect(
      readdirSync(folder.path('')).filter((name) => name.includes('bad') && !name.endsWith('jsonl')),
    ).toEqual([])
  })

  it('are shown up to twenty, and counted', async () => {
    const playlists = Array.from({ length: 50 }, () => '{}')
    const error = await buildBundle(folder, 'many', { playlists }).catch((error) => error)
    expect(error.message).toMatch(/^50 bad rows/)
    expect(error.message).toMatch(/and 30 more$/)
    expect(error.message.split('\n')).toHaveLength(22)
  })

  it('are left out and counted when that is asked', async () => {
    const curations = [curation('good-1'), { ...curation('good-2'), confidence: 7 }, curation('nobody')]
    const { manifest, warnings } = await buildBundle(
      folder,
      'skipped',
      { playlists: [{ ...playlist('good-1'), descripton: 'typo' }, ...BAD, playlist('good-2')], curations },
      { skipInvalid: true },
    )
    expect(manifest.counts.community).toBe(2)
    expect(manifest.skipped).toBe(12)
    expect(manifest.curated).toBe(1)
    expect(warnings.join('\n')).toMatch(/skipped 12 bad rows/)
    expect(warnings.join('\n')).toMatch(/confidence/)
    expect(warnings.join('\n')).toMatch(/"descripton" is unknown and was left out \(in 1 rows\)/)
    expect(warnings.join('\n')).toMatch(
      /1 curations are of playlists that are not in the catalogue, nobody first/,
    )
  })

  it('in all rows are no catalogue', async () => {
    const build = buildBundle(folder, 'none', { playlists: BAD.slice(0, 4) }, { skipInvalid: true })
    await expect(build).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringMatching(/no valid playlist/),
    })
  })

  it('missing files are named before any work', async () => {
    const build = buildBundle(folder, 'x', { playlists: [] }, { catalogue: [folder.path('nowhere.jsonl')] })
    await expect(build).rejects.toThrow(/nowhere\.jsonl: no such file/)
  })
})

describe('a build that fails', () => {
  it('leaves the old bundle as it was and nothing beside it, when the embedder gives up', async () => {
    const out = folder.path('failing/bundle')
    const { embedder } = await buildBundle(folder, 'old', randomCatalogue(40), { out })
    const before = bytesOf(out)
    let texts = 0
    const tired = {
      ...embedder,
      embed: (...args: Parameters<typeof embedder.embed>) =>
        ++texts > 20 ? Promise.reject(new Error('worker died')) : embedder.embed(...args),
    }
    const build = buildBundle(folder, 'new', randomCatalogue(80, 2), { out, embedder: tired })
    await expect(build).rejects.toThrow('worker died')
    expect(bytesOf(out)).toEqual(before)
    expect(readdirSync(folder.path('failing'))).toEqual(['bundle'])
  })

  it('cleans what a dead build left, and refuses beside a living one', async () => {
    const out = folder.path('stale/bundle')
    mkdirSync(folder.path('stale/.bundle.building-999999999'), { recursive: true })
    writeFileSync(folder.path('stale/.bundle.building-999999999/staging.sqlite'), 'x')
    await buildBundle(folder, 'stale-rows', { playlists: [playlist('a')] }, { out })
    expect(readdirSync(folder.path('stale'))).toEqual(['bundle'])
    mkdirSync(folder.path(`stale/.bundle.building-${process.ppid}`))
    const build = buildBundle(folder, 'stale-rows', { playlists: [playlist('a')] }, { out })
    await expect(build).rejects.toThrow(/is writing .*bundle already/)
  })
})
