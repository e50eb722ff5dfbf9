import { describe, expect, it } from 'vitest'
import { lexicalTerms, MAX_QUERY_LENGTH, normaliseQuery, titleKey } from '../../src/domain/query.ts'

describe('normaliseQuery', () => {
  it.each([
    ['  Rainy\tSunday \n folk ', 'rainy sunday folk'],
    ['ＪＡＺＺ　ﾊﾞｰ', 'jazz バー'],
    ['Cafe\u0301', 'café'],
    ['🌧️💔', '🌧️💔'],
  ])('gives %j one form', (text, form) => {
    expect(normaliseQuery(text)).toBe(form)
    expect(normaliseQuery(form)).toBe(form)
  })

  it.each([
    ['', 'query_empty'],
    [' \u3000\n', 'query_empty'],
    ['a'.repeat(MAX_QUERY_LENGTH + 1), 'query_too_long'],
    ['a\u0000b', 'query_malformed'],
    ['a\u009bb', 'query_malformed'],
    ['a\ud800', 'query_malformed'],
    ['\udc00a', 'query_malformed'],
  ])('refuses %j', (text, code) => {
    expect(() => normaliseQuery(text)).toThrow(expect.objectContaining({ code, field: 'q' }))
  })
})

describe('lexicalTerms', () => {
  it.each([
    ["Don't Stop Believin'", ["don't", 'stop', 'believin']],
    ['Café del Mar, Vol. 3', ['cafe', 'del', 'mar', 'vol', '3']],
    ['R&B / hip-hop 1992-1999', ['r', 'b', 'hip', 'hop', '1992', '1999']],
    ['2.5 hours, 10,000 steps', ['2.5', 'hours', '10,000', 'steps']],
    ['l_o_w _ x', ['l_o_w', 'x']],
    ['گل\u200cها', ['گل\u200cها']],
    ['🌧️💔', []],
  ])('cuts %j into words', (text, terms) => {
    expect(lexicalTerms(text)).toEqual(terms)
  })

  it('cuts scripts without spaces by dictionary', () => {
    expect(lexicalTerms('夜の音楽')).toEqual(['夜', 'の', '音楽'])
    expect(lexicalTerms('เพลงเศร้า').length).toBeGreaterThan(1)
  })

  it('cuts spaced scripts as Intl.Segmenter does', () => {
    const segmenter = new Intl.Segmenter('en', { granularity: 'word' })
    const texts = [
      "rock'n'roll ain't noise",
      'сад и огород, часть 2',
      'أغاني حزينة',
      'a.b.c at 3.14',
      '노래 모음',
      'mix (2019) [deluxe]',
    ]
    for (const text of texts) {
      const words = [...segmenter.segment(text)]
        .filter(({ isWordLike }) => isWordLike)
        .map(({ segment }) => segment)
      expect(lexicalTerms(text).length, text).toBe(words.length)
    }
  })
})

describe('titleKey', () => {
  it('is one for spellings of one title, and never empty', () => {
    expect(titleKey('  Café—del MAR!')).toBe(titleKey('cafe del mar'))
    expect(titleKey('🌧️💔')).toBe('🌧️💔')
  })
})
