import { describe, expect, it } from 'vitest'
import { bm25System } from '../../../src/pipeline/evaluate/bm25.ts'

const documents = new Map([
  ['a', 'rainy sunday indie folk'],
  ['b', 'sunday sunday sunday soul'],
  ['c', 'gym rap'],
  ['d', 'café del mar'],
])

describe('bm25System', () => {
  const { rank } = bm25System('BM25', documents)

  it('prefers the rarer word, and many mentions over one', async () => {
    expect(await rank('rainy sunday', 10)).toEqual(['a', 'b'])
    expect(await rank('sunday', 10)).toEqual(['b', 'a'])
  })

  it('counts a word in a short text for more', async () => {
    const two = new Map([
      ['short', 'jazz piano'],
      ['long', 'jazz piano for a very long night'],
    ])
    expect(await bm25System('BM25', two).rank('jazz', 10)).toEqual(['short', 'long'])
  })

  it('cuts words as the index does and answers nothing where no word is known', async () => {
    expect(await rank('CAFE', 10)).toEqual(['d'])
    expect(await rank('polka', 10)).toEqual([])
    expect(await rank('sunday', 1)).toEqual(['b'])
  })
})
