import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openTokenizer, type Tokenizer } from '../../src/embedding/tokenizer.ts'
import { modelDir } from '../support/model.ts'

const fixture = (name: string) => readFile(new URL(`fixtures/${name}`, import.meta.url))
const CLS = 101
const SEP = 102

let tokenizer: Tokenizer
beforeAll(async () => {
  tokenizer = await openTokenizer(modelDir, 128)
})

describe('token ids', () => {
  it("are Python's on every string of the parity file", async () => {
    const lines = gunzipSync(await fixture('token-parity.jsonl.gz'))
      .toString()
      .trimEnd()
      .split('\n')
    expect(lines.length).toBeGreaterThanOrEqual(2000)
    const different = lines
      .map((line) => JSON.parse(line) as { text: string; ids: number[] })
      .filter(({ text, ids }) => tokenizer.tokenize(text).ids.join() !== ids.join())
    expect(different.map(({ text }) => text)).toEqual([])
  })

  it("are Python's for every code point between two letters", async () => {
    const runs = (await fixture('code-points.tsv'))
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t') as [string, string])
    const different: string[] = []
    for (const [index, [start, ids]] of runs.entries()) {
      const first = Number.parseInt(start, 16)
      const last = Number.parseInt(runs[index + 1]?.[0] ?? '110000', 16) - 1
      for (let point = first; point <= last; point++) {
        // Beyond plane 1 runs are long and uniform: their ends stand for them.
        if (point > 0x1ffff && point !== first && point !== last) continue
        if (point >= 0xd800 && point <= 0xdfff) continue
        const found = tokenizer
          .tokenize(`a${String.fromCodePoint(point)}b`)
          .ids.slice(1, -1)
          .join(' ')
        if (found !== ids) different.push(`U+${point.toString(16)}: ${found}, not ${ids}`)
      }
    }
    expect(different).toEqual([])
  })

  it('keep the closing special token when a text is cut', () => {
    const { ids, truncated } = tokenizer.tokenize('music '.repeat(500))
    expect(ids).toHaveLength(128)
    expect([ids[0], ids[127]]).toEqual([CLS, SEP])
    expect(truncated).toBe(true)
    expect(tokenizer.tokenize('music '.repeat(126)).truncated).toBe(false)
  })

  it('of an empty text are the special tokens', () => {
    expect(tokenizer.tokenize('')).toEqual({ ids: [CLS, SEP], truncated: false })
  })
})

describe('long texts', () => {
  // Read whole, they show what the prefixes must give: a tokenizer with room for everything never cuts.
  let unbounded: Tokenizer
  beforeAll(async () => {
    unbounded = await openTokenizer(modelDir, 1_000_000)
  })

  const parts = [
    'music ',
    'é',
    'e\u0301',
    '雨',
    '🎸',
    '[MASK]',
    '[SEP',
    '##ing',
    '\u0301',
    'ΟΔΟΣ ',
    '𠮷',
    'q'.repeat(99),
    '. ',
    "don't ",
  ]

  it('give the ids that the whole text gives, wherever the prefix ends', () => {
    for (let seed = 1; seed <= 60; seed++) {
      let state = seed
      let text = ''
      while (text.length < 1000 + seed * 100) {
        state = (state * 48271) % 0x7fffffff
        text += parts[state % (seed % 3 === 0 ? 3 : parts.length)]
      }
      const whole = unbounded.tokenize(text).ids
      const { ids, truncated } = tokenizer.tokenize(text)
      expect(truncated).toBe(whole.length > 128)
      expect(ids.slice(0, -1)).toEqual(whole.slice(0, truncated ? 127 : -1))
    }
  })

  it('of one endless word are read to the end, for it is one unknown token', () => {
    expect(tokenizer.tokenize('x'.repeat(10_000)).ids).toEqual([CLS, 100, SEP])
  })
})

describe('a folder without a BERT tokenizer', () => {
  let folder = ''
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('is refused', async () => {
    folder = await mkdtemp(join(tmpdir(), 'segue-tokenizer-'))
    const open = () => openTokenizer(folder, 128)
    await expect(open()).rejects.toMatchObject({ code: 'invalid_artefact', field: 'tokenizer.json' })
    await writeFile(join(folder, 'tokenizer_config.json'), '{}')
    await writeFile(join(folder, 'tokenizer.json'), '{"model": {"type": "BPE", "vocab": {}}}')
    await expect(open()).rejects.toMatchObject({ code: 'invalid_artefact', field: 'tokenizer.json' })
  })
})
