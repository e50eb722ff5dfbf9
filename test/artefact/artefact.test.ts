import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sealArtefact, verifyArtefact } from '../../src/artefact/artefact.ts'
import { canonicalJson, fingerprintOf } from '../../src/artefact/manifest.ts'

const FORMAT = 'segue-index/1'
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'segue-artefact-'))
  await mkdir(join(folder, 'deep'))
  await writeFile(join(folder, 'a.bin'), Buffer.from([1, 2, 3, 4]))
  await writeFile(join(folder, 'deep/b.txt'), 'hello')
  await sealArtefact(folder, { format: FORMAT, name: 'demo', nested: { z: 1, a: [true, null] } })
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const refused = (message: RegExp) =>
  expect(verifyArtefact(folder, FORMAT)).rejects.toMatchObject({
    code: 'invalid_artefact',
    message: expect.stringMatching(message),
  })

/** Changes the manifest and gives it a fingerprint that fits, as a forger would. */
async function forge(change: (manifest: { files: { path: string; optional?: boolean }[] }) => void) {
  const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'))
  change(manifest)
  manifest.fingerprint = fingerprintOf(manifest)
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest))
}

describe('a sealed folder', () => {
  it('verifies, and lists its files sorted with size and hash', async () => {
    const manifest = await verifyArtefact(folder, FORMAT)
    expect(manifest.name).toBe('demo')
    expect(manifest.files).toEqual([
      { path: 'a.bin', bytes: 4, sha256: '9f64a747e1b97f131fabb6b447296c9b6f0201e79fb3c5356e6c77e89b6a806a' },
      {
        path: 'deep/b.txt',
        bytes: 5,
        sha256: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
      },
    ])
  })

  it('has one fingerprint for one content, whatever the order of the fields', async () => {
    const before = await verifyArtefact(folder, FORMAT)
    const after = await sealArtefact(folder, {
      nested: { a: [true, null], z: 1 },
      name: 'demo',
      format: FORMAT,
    })
    expect(after.fingerprint).toBe(before.fingerprint)
    expect(canonicalJson({ b: [1, { d: 'é', c: undefined }], a: null })).toBe('{"a":null,"b":[1,{"d":"é"}]}')
  })

  it('may lack a file that the manifest calls optional, but not hold another in its place', async () => {
    await forge((manifest) => {
      for (const file of manifest.files) if (file.path === 'a.bin') file.optional = true
    })
    await rm(join(folder, 'a.bin'))
    await verifyArtefact(folder, FORMAT)
    await writeFile(join(folder, 'a.bin'), Buffer.from([1, 2, 3, 5]))
    await refused(/a\.bin.*content has changed/)
  })
})

describe('a folder that is not what was sealed is refused by name', () => {
  it('a flipped bit', async () => {
    await writeFile(join(folder, 'a.bin'), Buffer.from([1, 2, 3, 5]))
    await refused(/a\.bin: its SHA-256.*index build/)
  })
  it('a truncated file', async () => {
    await writeFile(join(folder, 'deep/b.txt'), 'hell')
    await refused(/deep\/b\.txt: it has 4 bytes, not 5/)
  })
  it('a missing file', async () => {
    await rm(join(folder, 'a.bin'))
    await refused(/a\.bin: it is missing/)
  })
  it('an extra file', async () => {
    await writeFile(join(folder, 'deep/c.txt'), '')
    await refused(/deep\/c\.txt: it is not in manifest\.json/)
  })
  it('a link in the place of a file, even to the same content', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'segue-elsewhere-'))
    await writeFile(join(elsewhere, 'b.txt'), 'hello')
    await rm(join(folder, 'deep'), { recursive: true })
    await symlink(elsewhere, join(folder, 'deep'))
    await refused(/deep/)
    await rm(join(folder, 'deep'))
    await mkdir(join(folder, 'deep'))
    await symlink(join(elsewhere, 'b.txt'), join(folder, 'deep/b.txt'))
    await refused(/deep\/b\.txt: it is not a regular file/)
    await rm(elsewhere, { recursive: true })
  })
  it.each(['../a.bin', '/etc/passwd', 'deep/../../x', 'deep\\..\\x', 'C:/x', './a.bin', 'deep//b.txt'])(
    'a manifest that points to %s',
    async (path) => {
      await forge((manifest) => Object.assign(manifest.files[0] ?? {}, { path }))
      await refused(/leads out of the folder/)
    },
  )
  it('a manifest that lists a file twice', async () => {
    await forge((manifest) => manifest.files.push(...manifest.files))
    await refused(/twice/)
  })
})

describe('a manifest that is not what was sealed is refused', () => {
  it('each flipped bit of it', async () => {
    const sealed = await readFile(join(folder, 'manifest.json'))
    for (let bit = 3; bit < sealed.length * 8; bit += 41) {
      const flipped = Buffer.from(sealed)
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      await writeFile(join(folder, 'manifest.json'), flipped)
      const whitespaceOnly =
        flipped[bit >> 3] === 0x20 || sealed[bit >> 3] === 0x20 || sealed[bit >> 3] === 0x0a
      const verdict = await verifyArtefact(folder, FORMAT).then(
        () => 'accepted',
        (error) => error.code,
      )
      // White space is no content: only there may a flip (say, blank to line break) be harmless.
      if (!whitespaceOnly) expect(verdict, `bit ${bit}`).toBe('invalid_artefact')
    }
  })
  it('truncated, empty, foreign JSON, not there', async () => {
    const path = join(folder, 'manifest.json')
    const sealed = await readFile(path, 'utf8')
    for (const text of [sealed.slice(0, 100), '', 'null', '[]', '{"name":"my-app","version":"1.0.0"}']) {
      await writeFile(path, text)
      await refused(/manifest\.json: it is not/)
    }
    await rm(path)
    await refused(/has no manifest\.json: give the path of an index bundle/)
  })
  it('of another format, saying which folder was given', async () => {
    await expect(verifyArtefact(folder, 'segue-model/1')).rejects.toThrow(
      /is an index bundle \(segue-index\/1\), not a model folder \(segue-model\/1\)/,
    )
  })
  it('in a folder that is not there, or is a file', async () => {
    await expect(verifyArtefact(join(folder, 'nowhere'), FORMAT)).rejects.toThrow(/does not exist/)
    await expect(verifyArtefact(join(folder, 'a.bin'), FORMAT)).rejects.toThrow(/not a folder/)
  })
})
