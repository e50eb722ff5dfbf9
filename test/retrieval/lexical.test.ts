import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Db, openDatabase } from '../../src/catalog/sqlite.ts'
import { openLexicalLeg } from '../../src/retrieval/lexical.ts'
import { buildBundle, curation, playlist, temporaryFolder } from '../support/bundle.ts'

const folder = temporaryFolder()
let db: Db
afterAll(() => {
  db.close()
  folder.remove()
})

// All are community: rows 1.. in the order of their ids.
const rows = [
  playlist('a', { title: 'Night Drive' }),
  playlist('b', { title: 'other', tracks: [{ title: 'Night', artists: ['Drive'] }] }),
  playlist('c', { title: 'third' }),
  playlist('d', { title: 'Café del Mar, Don’t Stop' }),
  playlist('e', { title: 'Sunflower Fields', tracks: [{ title: 'Sunday', artists: [] }] }),
]

beforeAll(async () => {
  const { out } = await buildBundle(folder, 'lexical', {
    playlists: rows,
    curations: [curation('c', { description: 'for a long drive' })],
  })
  db = openDatabase(`${out}/catalogue.sqlite`)
})

const best = (text: string, allowed: ReadonlySet<number> | null = null, depth = 10) =>
  [...openLexicalLeg(db)(text).best({ first: 1, last: rows.length }, depth, allowed)]
    .sort((a, b) => b[1] - a[1])
    .map(([row]) => row)

describe('the lexical leg', () => {
  it('matches title, body, tracks and artists; more words and better fields first', () => {
    expect(best('night drive')).toEqual([1, 2, 3])
    expect(best('drive')).toContain(3)
    expect(best('band')).toEqual(expect.arrayContaining([1, 3, 4]))
  })

  it('folds case, accents and apostrophes', () => {
    expect(best('CAFE DEL MÁR')).toEqual([4])
    expect(best("don't")).toEqual([4])
    expect(best('don’t')).toEqual([4])
  })

  it('reads an unfinished last word as the beginning of a word in a title, and only there', () => {
    expect(best('sunf')).toEqual([5])
    expect(best('sund')).toEqual([])
    expect(best('su')).toEqual([])
    expect(best('sunf night')).not.toContain(5)
  })

  it('takes a word that is nowhere for the slip of a frequent one, and counts it less', () => {
    expect(best('bannd night')).toEqual(expect.arrayContaining(best('band night')))
    const score = openLexicalLeg(db)
    const spelt = score('band').of(3)
    expect(score('bannd').of(3)).toBeCloseTo(0.8 * spelt, 5)
    expect(best('cand')).toEqual([]) // Another first letter is another word.
    expect(best('sunfliwer')).toEqual([]) // A word of one playlist is nobody's correction.
  })

  it('keeps to range, depth and allowed rows', () => {
    expect(best('drive', new Set([2, 3]))).toEqual(expect.arrayContaining([2, 3]))
    expect(best('drive', new Set([2, 3]))).toHaveLength(2)
    expect(best('drive', null, 1)).toHaveLength(1)
    expect([...openLexicalLeg(db)('drive').best({ first: 2, last: 2 }, 10, null).keys()]).toEqual([2])
  })

  it('scores the share of what the words could reach, whatever was scored before', () => {
    const score = openLexicalLeg(db)
    const first = (text: string) => {
      const scores = score(text)
      const found = scores.of(1)
      scores.release()
      return found
    }
    const one = first('drive')
    expect(one).toBeGreaterThan(0)
    expect(one).toBeLessThan(1)
    expect(first('drive drive')).toBe(one)
    expect(first('drive xyzzy')).toBeLessThan(one)
    expect(first('xyzzy')).toBe(0)
    expect(first('')).toBe(0)
    expect(first('drive')).toBe(one)
  })

  it('keeps the scores of one text while others are scored', () => {
    const score = openLexicalLeg(db)
    const drive = score('drive')
    const before = drive.of(1)
    const night = score('night')
    night.release()
    score('xyzzy')
    expect(drive.of(1)).toBe(before)
  })
})
