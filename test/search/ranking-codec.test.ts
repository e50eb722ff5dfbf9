import { describe, expect, it } from 'vitest'
import { decodeRanking, encodeRanking } from '../../src/search/ranking-codec.ts'
import type { Ranked } from '../../src/search/request.ts'

const ranking: Ranked[] = [
  { id: 'epl-1', kind: 'editorial', score: 1, dense: 0.25, lexical: 0.5, title: 'exact' },
  { id: 'cpl-1', kind: 'community', score: 0.75, dense: null, lexical: 0, title: 'prefix' },
  { id: 'cpl-2', kind: 'community', score: 0.5, dense: 0.125, lexical: 1, title: null },
]

describe('the cached form of a ranking', () => {
  it('comes back as it went in', () => {
    expect(decodeRanking(encodeRanking(ranking))).toEqual(ranking)
    expect(decodeRanking(encodeRanking([]))).toEqual([])
  })

  it.each([
    '',
    'garbage',
    '{}',
    'null',
    '[[]]',
    '[["a",0,1,null,0]]',
    '[["a",2,1,null,0,0]]',
    '[["a",0,"1",null,0,0]]',
    '[[1,0,1,null,0,0]]',
  ])('is undefined for %j', (value) => {
    expect(decodeRanking(value)).toBeUndefined()
  })
})
