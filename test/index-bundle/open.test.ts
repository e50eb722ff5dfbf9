import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { sealArtefact } from '../../src/artefact/artefact.ts'
import { openBundle } from '../../src/index-bundle/open.ts'
import { previousFolder } from '../../src/index-bundle/place.ts'
import { buildBundle, randomCatalogue, temporaryFolder } from '../support/bundle.ts'
import { openWordEmbedder } from '../support/word-embedder.ts'

// The real libraries, watched: which files they were asked to open.
const native = vi.hoisted(() => ({ opened: [] as string[] }))
vi.mock('hnswlib-node', async (original) => {
  const { default: real } = await original<{ default: typeof import('hnswlib-node') }>()
  class Watched extends real.HierarchicalNSW {
    override readIndexSync(path: string) {
      native.opened.push(path)
      super.readIndexSync(path)
    }
  }
  return { default: { ...real, HierarchicalNSW: Watched } }
})
vi.mock('@photostructure/sqlite', async (original) => {
  const real = await original<typeof import('@photostructure/sqlite')>()
  class Watched extends real.DatabaseSync {
    constructor(path: string, options?: import('@photostructure/sqlite').DatabaseSyncOptions) {
      native.opened.push(path)
      super(path, options)
    }
  }
  return { ...real, DatabaseSync: Watched }
})

const folder = temporaryFolder()
const model = openWordEmbedder().info
const WHOLE = folder.path('whole')
const OTHER = folder.path('other')
const BROKEN = folder.path('broken')
const FILES = ['manifest.json', 'catalogue.sqlite', 'editorial.hnsw', 'community.hnsw']
const at = (name: string) => `${BROKEN}/${name}`

beforeAll(async () => {
  await buildBundle(folder, 'whole', randomCatalogue(60, 1))
  await buildBundle(folder, 'other', randomCatalogue(60, 2))
})
afterAll(folder.remove)
beforeEach(() => {
  rmSync(BROKEN, { recursive: true, force: true })
  cpSync(WHOLE, BROKEN, { recursive: true })
})

/** Opens what must be refused, and tells how often a native library was let near a file. */
async function open(asked: { fingerprint: string; dimensions: number } = model) {
  native.opened.length = 0
  const error = await openBundle(BROKEN, asked).then(
    (bundle) => {
      bundle.close()
      return null
    },
    (error) => error,
  )
  return { error, native: native.opened.length }
}

type Damage = readonly [what: string, damage: (path: string) => void]
const flip = (where: (length: number) => number) => (path: string) => {
  const bytes = readFileSync(path)
  const position = where(bytes.length)
  bytes[position] = (bytes[position] ?? 0) ^ 0x10
  writeFileSync(path, bytes)
}
const cut = (keep: (length: number) => number) => (path: string) =>
  writeFileSync(path, readFileSync(path).subarray(0, keep(statSync(path).size)))

const DAMAGES: readonly Damage[] = [
  ['empty', cut(() => 0)],
  ['cut to a half', cut((length) => length >> 1)],
  ['cut by its last two bytes', cut((length) => length - 2)],
  ['with a flipped bit at its beginning', flip(() => 1)],
  ['with a flipped bit in the middle', flip((length) => (length >> 1) + 1)],
  ['with a flipped bit near its end', flip((length) => length - 5)],
  ['with bytes appended', (path) => appendFileSync(path, 'xx')],
  ['missing', (path) => rmSync(path)],
  ['foreign (an image)', (path) => writeFileSync(path, Buffer.from('89504e470d0a1a0a0000000d', 'hex'))],
  ['from another bundle', (path) => cpSync(path.replace(BROKEN, OTHER), path)],
  [
    'a folder',
    (path) => {
      rmSync(path)
      mkdirSync(path)
    },
  ],
  [
    'a link to the right file elsewhere',
    (path) => {
      rmSync(path)
      symlinkSync(path.replace(BROKEN, WHOLE), path)
    },
  ],
]

describe('a broken bundle is refused by name before native code touches it', () => {
  const cases = FILES.flatMap((file) => DAMAGES.map(([what, damage]) => [file, what, damage] as const))
  it(`in ${cases.length} ways`, () => expect(cases.length).toBeGreaterThanOrEqual(32))

  it.each(cases)('%s %s', async (file, what, damage) => {
    damage(at(file))
    const { error, native } = await open()
    expect(native).toBe(0)
    expect(error?.code).toBe('invalid_artefact')
    // With another bundle's manifest it is the other files that do not fit.
    const named = file === 'manifest.json' && what === 'from another bundle' ? 'catalogue.sqlite' : file
    expect(error?.message).toContain(named)
    expect(error?.message).toMatch(/index build|give the path/)
  })

  it('with its two graphs swapped', async () => {
    renameSync(at('editorial.hnsw'), at('x'))
    renameSync(at('community.hnsw'), at('editorial.hnsw'))
    renameSync(at('x'), at('community.hnsw'))
    const { error, native } = await open()
    expect(native).toBe(0)
    expect(error).toMatchObject({ code: 'invalid_artefact', message: expect.stringContaining('.hnsw') })
  })

  it('with a file that does not belong to it', async () => {
    writeFileSync(at('catalogue.sqlite-wal'), 'x')
    const { error, native } = await open()
    expect(native).toBe(0)
    expect(error?.message).toMatch(/catalogue\.sqlite-wal.*not in manifest/)
  })
})

describe('a whole bundle that does not belong here is refused', () => {
  const reseal = async (change: (fields: Record<string, unknown>) => void) => {
    const { files: _, fingerprint: __, ...fields } = JSON.parse(readFileSync(at('manifest.json'), 'utf8'))
    change(fields)
    await sealArtefact(BROKEN, fields)
  }

  it('when another model of the same dimensions asks, with the command that mends it', async () => {
    const { error, native } = await open(openWordEmbedder(model.dimensions, 'another').info)
    expect(native).toBe(0)
    expect(error?.code).toBe('incompatible_artefacts')
    expect(error?.message).toMatch(
      /vectors do not compare.*npm run segue -- index build --model MODEL_DIR --out/,
    )
  })
  it('when the dimensions differ', async () => {
    expect((await open({ ...model, dimensions: 384 })).error?.code).toBe('incompatible_artefacts')
  })
  it('when it was made from another form of the text', async () => {
    await reseal((fields) => Object.assign(fields, { documentVersion: 'document/0' }))
    const { error, native } = await open()
    expect(native).toBe(0)
    expect(error).toMatchObject({
      code: 'incompatible_artefacts',
      message: expect.stringMatching(/document\/0/),
    })
  })
  it('when its tables are of another version', async () => {
    await reseal((fields) => Object.assign(fields, { schemaVersion: 999 }))
    expect((await open()).error?.code).toBe('incompatible_artefacts')
  })
  it('when its format is of another version', async () => {
    await reseal((fields) => Object.assign(fields, { format: 'segue-index/2' }))
    expect((await open()).error?.message).toMatch(/segue-index\/2.*not an index bundle \(segue-index\/1\)/)
  })
  it('when the manifest lacks a field, naming it', async () => {
    await reseal((fields) => void delete fields.hnsw)
    const { error, native } = await open()
    expect(native).toBe(0)
    expect(error?.message).toMatch(/hnsw/)
  })
  it('when the manifest lists no graph', async () => {
    rmSync(at('editorial.hnsw'))
    await reseal(() => undefined)
    const { error, native } = await open()
    expect(native).toBe(0)
    expect(error?.message).toMatch(/no editorial\.hnsw/)
  })
  it('when its counts are not those of its catalogue', async () => {
    await reseal((fields) => Object.assign(fields, { counts: { editorial: 1, community: 59 } }))
    expect((await open()).error).toMatchObject({
      code: 'invalid_artefact',
      message: expect.stringMatching(/editorial playlists, the manifest says 1/),
    })
  })
  it('when a graph is of another catalogue, though sealed', async () => {
    cpSync(`${OTHER}/editorial.hnsw`, at('community.hnsw'))
    await reseal(() => undefined)
    expect((await open()).error).toMatchObject({
      code: 'invalid_artefact',
      message: expect.stringContaining('community.hnsw'),
    })
  })
  it('when its database is none, though sealed', async () => {
    writeFileSync(at('catalogue.sqlite'), 'not a database at all, but long enough to look at'.repeat(100))
    await reseal(() => undefined)
    expect((await open()).error).toMatchObject({
      code: 'invalid_artefact',
      message: expect.stringContaining('catalogue.sqlite'),
    })
  })
})

describe('a bundle that was being replaced', () => {
  it('is read from beside its place when the swap was cut off', async () => {
    renameSync(BROKEN, previousFolder(BROKEN))
    expect(existsSync(BROKEN)).toBe(false)
    expect((await open()).error).toBeNull()
    rmSync(previousFolder(BROKEN), { recursive: true })
    expect((await open()).error?.message).toMatch(/does not exist/)
  })
})

it('a whole bundle opens, and opening changes no byte of it', async () => {
  const before = FILES.map((file) => readFileSync(at(file)))
  const { error, native } = await open()
  expect(error).toBeNull()
  expect(native).toBeGreaterThan(0)
  expect(FILES.map((file) => readFileSync(at(file)))).toEqual(before)
})
