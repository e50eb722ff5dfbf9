import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { openEncoder } from '../../src/embedding/encoder.ts'
import { openModel, type Precision } from '../../src/embedding/model.ts'
import { openSession } from '../../src/embedding/onnx-session.ts'
import { hasGraph, modelDir } from '../support/model.ts'

const parity = gunzipSync(readFileSync(new URL('fixtures/embedding-parity.jsonl.gz', import.meta.url)))
  .toString()
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as { text: string; embedding: number[] })

const open = async (precision: Precision, maxBatch = 1) =>
  openEncoder({ model: await openModel(modelDir), providers: ['cpu'], strict: true, precision, maxBatch })

const cosine = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let [dot, aa, bb] = [0, 0, 0]
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] as number, b[i] as number]
    dot += x * y
    aa += x * x
    bb += y * y
  }
  return dot / Math.sqrt(aa * bb)
}

async function cosinesToTorch(precision: Precision): Promise<number[]> {
  const encoder = await open(precision)
  const cosines: number[] = []
  for (const { text, embedding } of parity) {
    const [encoded] = await encoder.encode([{ text, role: 'query' }])
    cosines.push(cosine(encoded?.vector ?? [], embedding))
  }
  await encoder.release()
  return cosines
}

const precise = (['fp32', 'fp16'] as const).filter(hasGraph)

describe('vectors', () => {
  it.each(precise)('of the %s graph are those of torch', async (precision) => {
    expect(Math.min(...(await cosinesToTorch(precision)))).toBeGreaterThanOrEqual(0.9999)
  })

  it('of the int8 graph stay close to those of torch', async () => {
    const cosines = (await cosinesToTorch('int8')).sort((a, b) => a - b)
    const mean = cosines.reduce((sum, value) => sum + value, 0) / cosines.length
    process.stderr.write(`int8 to torch: cosine mean ${mean.toFixed(4)}, least ${cosines[0]?.toFixed(4)}\n`)
    expect(mean).toBeGreaterThan(0.98)
    expect(cosines[0]).toBeGreaterThan(0.95)
  })

  it('of the int8 graph do not depend on what else is embedded', async () => {
    const encoder = await open('int8', 32)
    const texts = parity.slice(0, 12).map(({ text }) => ({ text, role: 'query' as const }))
    const together = await encoder.encode(texts)
    for (const [index, text] of texts.entries()) {
      const [alone] = await encoder.encode([text])
      expect(together[index]?.vector).toEqual(alone?.vector)
    }
    await encoder.release()
  })
})

const withFp32 = describe.skipIf(!precise.includes('fp32'))

withFp32('batches of the fp32 graph', () => {
  it('give what single texts give, in the order asked, whatever their lengths', async () => {
    const encoder = await open('fp32', 32)
    const texts = parity.map(({ text }) => ({ text, role: 'document' as const }))
    const together = await encoder.encode(texts)
    for (const [index, text] of texts.entries()) {
      const [alone] = await encoder.encode([text])
      const batched = together[index]
      expect(batched?.tokens).toBe(alone?.tokens)
      expect(cosine(batched?.vector ?? [], alone?.vector ?? [])).toBeGreaterThan(0.999999)
    }
    await encoder.release()
  })

  it('are padded with what the model does not see', async () => {
    const { input, output, dimensions } = await openModel(modelDir)
    const file = `${modelDir}/model_fp32.onnx`
    const session = await openSession({ file, provider: 'cpu', input, output, dimensions })
    const short = [101, 2189, 102]
    const [alone] = await session.run([short])
    const [padded] = await session.run([short, [101, ...new Array(60).fill(2189), 102]])
    expect(cosine(padded ?? [], alone ?? [])).toBeGreaterThan(0.999999)
    await session.release()
  })
})

describe('what is told of a text', () => {
  it('is how long it was and whether it was cut', async () => {
    const encoder = await open('int8')
    const [short] = await encoder.encode([{ text: 'rainy sunday indie folk', role: 'query' }])
    expect(short).toMatchObject({ tokens: 6, truncated: false })
    expect(Math.hypot(...(short?.vector ?? []))).toBeCloseTo(1, 5)
    const [long] = await encoder.encode([{ text: 'music '.repeat(2000), role: 'document' }])
    expect(long).toMatchObject({ tokens: 128, truncated: true })
    await encoder.release()
  })

  it('has the prefix of its role, as some models want', async () => {
    const plain = await openModel(modelDir)
    const model = { ...plain, prefixes: { query: 'query: ', document: '' } }
    const encoder = await openEncoder({ model, providers: ['cpu'], strict: true, maxBatch: 1 })
    const encode = async (text: string, role: 'query' | 'document') =>
      (await encoder.encode([{ text, role }]))[0]
    const prefixed = await encode('bossa nova', 'query')
    expect(prefixed?.vector).toEqual((await encode('query: bossa nova', 'document'))?.vector)
    expect(prefixed?.vector).not.toEqual((await encode('bossa nova', 'document'))?.vector)
    await encoder.release()
  })
})
