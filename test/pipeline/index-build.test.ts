import { execFile } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sealArtefact } from '../../src/artefact/artefact.ts'
import { temporaryFolder } from '../support/bundle.ts'

const folder = temporaryFolder()
afterAll(folder.remove)
const MODEL = `models/${readdirSync('models', { withFileTypes: true }).find((entry) => entry.isDirectory())?.name}`

interface Outcome {
  readonly code: number
  readonly out: string
  readonly err: string
}
const segue = (...args: string[]): Promise<Outcome> =>
  new Promise((resolve) => {
    execFile(process.execPath, ['--import', 'tsx', 'src/cli.ts', 'index', ...args], (error, out, err) => {
      resolve({ code: error ? Number(error.code) : 0, out, err })
    })
  })

const lines = (file: string, count: number) => readFileSync(file, 'utf8').split('\n').slice(0, count)

describe('segue index, with the real model', () => {
  let catalogue: string
  let built: Outcome
  const out = folder.path('bundle')
  beforeAll(async () => {
    catalogue = folder.path('catalogue.jsonl')
    writeFileSync(catalogue, lines('demo/playlists.jsonl', 12).join('\n'))
    const more = ['--curation', 'demo/curation.jsonl', '--queries', 'demo/eval/benchmark-dev/queries.jsonl']
    built = await segue(
      'build',
      '--catalogue',
      catalogue,
      ...more,
      '--model',
      MODEL,
      '--out',
      out,
      '--workers',
      '1',
    )
  })

  it('build writes a bundle, tells its steps in plain lines and warns of what it left aside', () => {
    expect(built).toMatchObject({
      code: 0,
      out: expect.stringMatching(/bundle: \d+ editorial and \d+ community.* 12 curated/),
    })
    expect(built.err).toMatch(/embedding: 12 playlists in/)
    expect(built.err).toMatch(/recall@10 against exact search on 130 queries/)
    expect(built.err).toMatch(/warning: 1468 curations are of playlists that are not in the catalogue/)
    expect(built.err).not.toContain('\r')
  })

  it('verify says what the bundle is, as text and as JSON, and that the model fits', async () => {
    const text = await segue('verify', out, '--model', MODEL)
    expect(text).toMatchObject({ code: 0, out: expect.stringMatching(/is whole: 3 files.*[\s\S]*recall@10/) })
    const json = await segue('verify', out, '--json')
    expect(JSON.parse(json.out)).toMatchObject({
      format: 'segue-index/1',
      model: { dimensions: 384 },
      curated: 12,
    })
  })

  it('verify refuses a bundle with a flipped bit, with code 1 and one line of what to do', async () => {
    const path = `${out}/community.hnsw`
    const whole = readFileSync(path)
    const flipped = Buffer.from(whole)
    flipped[500] = (flipped[500] ?? 0) ^ 1
    writeFileSync(path, flipped)
    const refused = await segue('verify', out)
    writeFileSync(path, whole)
    expect(refused).toMatchObject({ code: 1, out: '' })
    expect(refused.err).toMatch(/community\.hnsw: its SHA-256 is not that of the manifest/)
    expect(refused.err).not.toMatch(/\n {4}at /)
  })

  it('verify refuses a bundle of another model', async () => {
    const { files: _, fingerprint: __, ...fields } = JSON.parse(readFileSync(`${out}/manifest.json`, 'utf8'))
    await sealArtefact(out, { ...fields, model: { ...fields.model, fingerprint: 'f'.repeat(64) } })
    const refused = await segue('verify', out, '--model', MODEL)
    expect(refused).toMatchObject({ code: 1, err: expect.stringMatching(/vectors do not compare/) })
  })

  it('build refuses bad rows with code 1, and a folder that is no model', async () => {
    writeFileSync(folder.path('bad.jsonl'), `${lines(catalogue, 1)[0]}\n{"id": 1}\n`)
    const target = ['--out', folder.path('never')]
    const bad = await segue('build', '--catalogue', folder.path('bad.jsonl'), '--model', MODEL, ...target)
    expect(bad).toMatchObject({ code: 1, err: expect.stringMatching(/1 bad row.*\n.*bad\.jsonl:2: .*kind/) })
    const none = await segue('build', '--catalogue', catalogue, '--model', out, ...target)
    expect(none).toMatchObject({
      code: 1,
      err: expect.stringMatching(/is an index bundle .* not a model folder/),
    })
    expect(readdirSync(folder.path(''))).not.toContain('never')
  })
})
