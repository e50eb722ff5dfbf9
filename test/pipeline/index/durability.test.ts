import { execFile, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBundle } from '../../../src/index-bundle/open.ts'
import { previousFolder } from '../../../src/index-bundle/place.ts'
import { buildBundle, randomCatalogue, temporaryFolder, writeRows } from '../../support/bundle.ts'
import { openWordEmbedder } from '../../support/word-embedder.ts'

const CHILD = fileURLToPath(new URL('../../support/build-child.ts', import.meta.url))
const folder = temporaryFolder()
const { info } = openWordEmbedder()
let catalogue: string
let old: string

beforeAll(async () => {
  catalogue = writeRows(folder.path('new.jsonl'), randomCatalogue(1500, 2).playlists)
  old = (await buildBundle(folder, 'old', randomCatalogue(50, 1))).manifest.fingerprint
})
afterAll(folder.remove)

/** The fingerprint of the bundle that a reader finds at a place; throws where it finds none that is whole. */
async function standing(out: string): Promise<string> {
  const bundle = await openBundle(out, info)
  bundle.close()
  return bundle.manifest.fingerprint
}

describe('a build killed with SIGKILL', () => {
  it('leaves the old bundle or the new one whole, at whatever step it dies, and the next build cleans up', async () => {
    const out = folder.path('killed/bundle')
    await buildBundle(folder, 'old', randomCatalogue(50, 1), { out })
    const before = await standing(out)
    expect(before).not.toBe(old) // The name of a bundle is a part of it.
    const fates = new Set<string>()
    for (const [step, wait] of [
      ['reading', 0],
      ['embedding', 0],
      ['embedding', 300],
      ['measuring recall', 0],
      ['measuring recall', 150],
    ] as const) {
      const build = spawn(process.execPath, ['--import', 'tsx', CHILD, catalogue, out])
      await new Promise<void>((resolve) => {
        build.stdout.on('data', (text) => {
          if (String(text).includes(step)) setTimeout(() => build.kill('SIGKILL'), wait)
        })
        build.on('exit', () => resolve())
      })
      fates.add((await standing(out)) === before ? 'old' : 'new')
    }
    expect(fates).toContain('old')
    await buildBundle(folder, 'old', randomCatalogue(50, 1), { out })
    expect(readdirSync(folder.path('killed'))).toEqual(['bundle'])
    expect(await standing(out)).toBe(before)
  })

  it('between the two renames leaves the old one to readers, and the next build starts from there', async () => {
    const out = folder.path('between/bundle')
    await buildBundle(folder, 'old', randomCatalogue(50, 1), { out })
    const before = await standing(out)
    renameSync(out, previousFolder(out))
    mkdirSync(folder.path('between/.bundle.building-999999999'))
    expect(await standing(out)).toBe(before)
    await expect(buildBundle(folder, 'bad', { playlists: ['broken'] }, { out })).rejects.toMatchObject({
      code: 'invalid_input',
    })
    expect(existsSync(out)).toBe(true)
    expect(await standing(out)).toBe(before)
    expect(readdirSync(folder.path('between'))).toEqual(['bundle'])
  })
})

describe('a disk that fills up', () => {
  // A limit on the size of any file stands for the disk: writes fail in the same calls, with the same cleaning up.
  it.each([
    ['while the first graph is written, whose own writer does not notice', 64],
    ['while the second graph is written', 300],
    ['while the catalogue is written', 560],
  ])('%s fails clearly and leaves the old bundle and nothing else', async (_, kilobytes) => {
    const out = folder.path(`full-${kilobytes}/bundle`)
    await buildBundle(folder, 'old', randomCatalogue(50, 1), { out })
    const before = await standing(out)
    const script = `ulimit -f ${kilobytes}; exec "$0" --import tsx "$@"`
    const said = await new Promise<string>((resolve) => {
      execFile('bash', ['-c', script, process.execPath, CHILD, catalogue, out], (_error, stdout) =>
        resolve(stdout),
      )
    })
    expect(said).toMatch(/unavailable: .*(disk is full|not written whole)/)
    expect(await standing(out)).toBe(before)
    expect(readdirSync(folder.path(`full-${kilobytes}`))).toEqual(['bundle'])
  })
})
