import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Worker } from 'node:worker_threads'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { sealArtefact } from '../../src/artefact/artefact.ts'
import type { Embedder } from '../../src/embedding/embedder.ts'
import { openInlineEmbedder } from '../../src/embedding/inline-embedder.ts'
import { defaultWorkers, type EmbedderOptions, openEmbedder, windowFor } from '../../src/embedding/pool.ts'
import { modelDir } from '../support/model.ts'

const OPTIONS: EmbedderOptions = {
  modelDir,
  workers: 2,
  providers: ['cpu'],
  strict: false,
  maxQueue: 256,
  timeoutMs: 20_000,
  batch: { max: 8, waitMs: 2 },
}
const TEXTS = [
  'rainy sunday indie folk',
  '90s eurodance',
  'bossa nova dinner',
  '',
  '雨の日の音楽',
  '🎸'.repeat(200),
]

/** Every thread that the process starts: Node tells of them. */
let threads: Worker[] = []
const remember = (thread: Worker) => threads.push(thread)
beforeAll(() => void process.on('worker', remember))
afterAll(() => void process.off('worker', remember))

/** An error in a thread that nobody catches: the thread dies of it, within its work if it has any. */
const kill = (thread: Worker | undefined) => thread?.postMessage({ kind: 'encode', texts: null })

let embedder: Embedder | undefined
beforeEach(() => {
  threads = []
})
afterEach(async () => {
  await embedder?.close()
  embedder = undefined
})
const open = async (options: Partial<EmbedderOptions> = {}) => {
  embedder = await openEmbedder({ ...OPTIONS, ...options })
  return embedder
}

describe('the embedder', () => {
  it('says what it runs', async () => {
    const { info, status } = await open()
    expect(info).toMatchObject({
      model: 'all-minilm-l6-v2',
      dimensions: 384,
      maxTokens: 128,
      precision: 'int8',
      provider: 'cpu',
      requestedProviders: ['cpu'],
      providerFailures: [],
      workers: 2,
    })
    expect(status()).toEqual({ queued: 0, workersUp: 2, workersReplaced: 0 })
  })

  it('gives one text the same bytes from every worker, in any company, and inline', async () => {
    const { embed } = await open()
    const inline = await openInlineEmbedder({ modelDir })
    const expected = await Promise.all(TEXTS.map((text) => inline.embed(text, 'query')))
    const rounds = await Promise.all(
      Array.from({ length: 12 }, () => Promise.all(TEXTS.map((text) => embed(text, 'query')))),
    )
    for (const round of rounds) {
      for (const [index, { vector, tokens, truncated }] of round.entries()) {
        expect(vector).toEqual(expected[index]?.vector)
        expect({ tokens, truncated }).toEqual({
          tokens: expected[index]?.tokens,
          truncated: expected[index]?.truncated,
        })
      }
    }
    await inline.close()
  })

  it('never runs on the event loop, which goes on meanwhile', async () => {
    const { embed } = await open({ workers: 1 })
    let turns = 0
    const ticking = setInterval(() => turns++, 1)
    await Promise.all(Array.from({ length: 40 }, () => embed('music '.repeat(300), 'document')))
    clearInterval(ticking)
    expect(turns).toBeGreaterThan(20)
  })

  it('answers every text while its threads are killed, and is whole again afterwards', async () => {
    const { embed, status } = await open()
    const expected = await embed('rainy sunday indie folk', 'query')
    const answers = Promise.all(Array.from({ length: 100 }, () => embed('rainy sunday indie folk', 'query')))
    for (const thread of [...threads]) kill(thread)
    for (const { vector } of await answers) expect(vector).toEqual(expected.vector)
    await vi.waitFor(() => expect(status()).toEqual({ queued: 0, workersUp: 2, workersReplaced: 2 }), 20_000)
    expect(threads).toHaveLength(4)
  })

  it('goes on with one worker while another is replaced', async () => {
    const { embed, status } = await open()
    kill(threads[0])
    await vi.waitFor(() => expect(status().workersUp).toBe(1))
    await expect(embed('bossa nova dinner', 'query')).resolves.toMatchObject({ truncated: false })
  })

  it('outlives runs that exceed their time: a thread is not ended inside native code', async () => {
    const { embed, status } = await open({ timeoutMs: 2 })
    for (let round = 0; round < 20; round++) {
      await Promise.allSettled(Array.from({ length: 2 }, () => embed('music '.repeat(200), 'document')))
    }
    await vi.waitFor(() => expect(status().workersReplaced).toBeGreaterThan(0), 20_000)
  })

  it('lets the process end in the middle of a run', async () => {
    const script = fileURLToPath(new URL('fixtures/exits-mid-run.ts', import.meta.url))
    for (let round = 0; round < 2; round++) {
      const child = spawn(process.execPath, ['--import', 'tsx', script, modelDir])
      const [code, signal] = await once(child, 'exit')
      expect({ code, signal }).toEqual({ code: 5, signal: null })
    }
  })

  it('does not go on with a model that was exchanged under it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'segue-exchanged-'))
    for (const file of ['model_int8.onnx', 'tokenizer.json', 'tokenizer_config.json']) {
      await cp(join(modelDir, file), join(folder, file))
    }
    const manifest = JSON.parse(await readFile(join(modelDir, 'manifest.json'), 'utf8'))
    const fields = { ...manifest, files: undefined, fingerprint: undefined }
    await sealArtefact(folder, fields)
    const { embed, status } = await open({ modelDir: folder, workers: 1, timeoutMs: 5000 })
    await sealArtefact(folder, { ...fields, name: 'another' })
    kill(threads[0])
    await vi.waitFor(() => expect(status().workersUp).toBe(0))
    await expect(embed('bossa nova dinner', 'query')).rejects.toMatchObject({ code: 'unavailable' })
    await rm(folder, { recursive: true })
  })
})

describe('execution providers', () => {
  const missing = process.platform === 'darwin' ? 'dml' : 'coreml'

  it('fall back in the order given, and say so', async () => {
    const { info } = await open({ providers: [missing, 'cpu'] })
    expect(info).toMatchObject({ provider: 'cpu', precision: 'int8', requestedProviders: [missing, 'cpu'] })
    expect(info.providerFailures).toEqual([{ provider: missing, reason: expect.any(String) }])
  })

  it('do not fall back in strict mode: nothing starts', async () => {
    await expect(open({ providers: [missing, 'cpu'], strict: true })).rejects.toMatchObject({
      code: 'provider_unavailable',
      field: 'EXECUTION_PROVIDERS',
      expected: expect.stringContaining(missing),
    })
    expect(threads.length).toBeGreaterThan(0)
    await vi.waitFor(() => expect(threads.every(({ threadId }) => threadId === -1)).toBe(true))
  })

  it('are refused by name when there is no such thing, before a thread is started', async () => {
    await expect(open({ providers: ['gpu'] })).rejects.toMatchObject({ code: 'invalid_config' })
    expect(threads).toHaveLength(0)
  })
})

describe('a broken model', () => {
  it('is refused before a thread is started', async () => {
    await expect(open({ modelDir: join(modelDir, '..') })).rejects.toMatchObject({ code: 'invalid_artefact' })
    expect(threads).toHaveLength(0)
  })
})

describe('the default number of workers', () => {
  it('follows the cores', () => {
    expect([1, 2, 3, 4, 8, 64].map(defaultWorkers)).toEqual([1, 2, 2, 3, 7, 8])
  })
})

describe('how many texts a caller keeps under way', () => {
  it.each([
    ['two workers on the CPU', [2, 1, 256], 4],
    ['a GPU that takes 32 at a time', [1, 32, 256], 64],
    ['never more than half the queue', [1, 512, 256], 128],
    ['at least one', [2, 1, 1], 1],
  ] as const)('%s', (_, [workers, maxBatch, maxQueue], window) => {
    expect(windowFor(workers, maxBatch, maxQueue)).toBe(window)
  })
})
