import { cp, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sealArtefact } from '../../src/artefact/artefact.ts'
import { graphsFor, type Model, openModel } from '../../src/embedding/model.ts'
import { modelDir } from '../support/model.ts'

const FIELDS = {
  format: 'segue-model/1',
  name: 'tiny',
  dimensions: 4,
  maxTokens: 16,
  pooling: 'mean',
  normalised: true,
  prefixes: { query: 'query: ', document: '' },
  input: ['input_ids', 'attention_mask'],
  output: 'sentence_embedding',
  precisions: { int8: 'model_int8.onnx', fp32: 'model_fp32.onnx' },
  licence: 'Apache-2.0',
  source: 'a test',
}

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'segue-model-'))
  await writeFile(join(folder, 'model_int8.onnx'), 'not read here')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('a model folder', () => {
  it('says what it is', async () => {
    const model = await openModel(modelDir)
    expect(model).toMatchObject({ name: 'all-minilm-l6-v2', dimensions: 384, maxTokens: 128 })
    expect(model.fingerprint).toMatch(/^[0-9a-f]{64}$/)
    expect(model.precisions.int8).toBe('model_int8.onnx')
  })

  it('offers only the graphs that are there', async () => {
    await sealArtefact(folder, FIELDS)
    expect((await openModel(folder)).precisions).toEqual({ int8: 'model_int8.onnx' })
  })

  it('is refused when a byte of it is gone', async () => {
    await cp(modelDir, folder, { recursive: true })
    await truncate(join(folder, 'model_int8.onnx'), 1_000_000)
    await expect(openModel(folder)).rejects.toMatchObject({
      code: 'invalid_artefact',
      field: 'model_int8.onnx',
    })
  })

  it.each([
    ['dimensions', 0],
    ['normalised', false],
    ['prefixes', { query: '' }],
    ['input', ['pixels']],
    ['precisions', { int8: '../elsewhere.onnx' }],
  ])('is refused when its manifest has a wrong %s, which is named', async (field, wrong) => {
    await sealArtefact(folder, { ...FIELDS, [field]: wrong })
    await expect(openModel(folder)).rejects.toMatchObject({
      code: 'invalid_artefact',
      message: expect.stringContaining(field),
    })
  })
})

describe('the graph for a provider', () => {
  const model = (...present: ('int8' | 'fp16' | 'fp32')[]) =>
    ({
      folder: 'm',
      precisions: Object.fromEntries(present.map((p) => [p, `model_${p}.onnx`])),
    }) as unknown as Model

  const precisions = (...parameters: Parameters<typeof graphsFor>) =>
    graphsFor(...parameters).map(({ precision }) => precision)

  it('is int8 on the CPU, else fp32', () => {
    expect(graphsFor(model('int8'), 'cpu')).toEqual([{ precision: 'int8', file: 'm/model_int8.onnx' }])
    expect(precisions(model('int8', 'fp16', 'fp32'), 'cpu')).toEqual(['int8', 'fp32'])
    expect(precisions(model('fp16', 'fp32'), 'cpu')).toEqual(['fp32'])
  })

  it('is fp16 on a GPU, else fp32, never int8', () => {
    expect(precisions(model('int8', 'fp16', 'fp32'), 'cuda')).toEqual(['fp16', 'fp32'])
    expect(precisions(model('int8', 'fp32'), 'webgpu')).toEqual(['fp32'])
    expect(() => precisions(model('int8'), 'cuda')).toThrow(
      /no fp16 or fp32 graph, which the provider "cuda" needs/,
    )
  })

  it('is the one that is insisted on', () => {
    expect(precisions(model('int8', 'fp32'), 'cpu', 'fp32')).toEqual(['fp32'])
    expect(() => precisions(model('int8'), 'cpu', 'fp32')).toThrow(/no fp32 graph/)
  })
})
