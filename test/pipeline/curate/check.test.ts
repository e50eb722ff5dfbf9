import { describe, expect, it } from 'vitest'
import { checkCuration } from '../../../src/pipeline/curate/check.ts'
import { playlist, soundAnswer } from '../../support/curator.ts'

const list = playlist('a')
const check = (change: Record<string, unknown>, of = list) =>
  checkCuration(of, JSON.parse(soundAnswer(of, change)) as Record<string, unknown>)

describe('checkCuration', () => {
  it('takes a sound answer and gives it the id of the playlist', () => {
    expect(check({})).toMatchObject({ value: { curation: { id: 'a', artists: ['Madonna'] }, notes: [] } })
  })

  it('does not let the answer choose its id', () => {
    expect(check({ id: 'other', provenance: { notes: [] }, extra: 1 })).toEqual(check({}))
  })

  it.each([
    ['a missing field', { moods: undefined }, 'shape: the row'],
    ['too many artists', { artists: ['a', 'b', 'c', 'd', 'e', 'f'] }, 'shape: /artists'],
    ['an endless description', { description: 'word '.repeat(100) }, 'shape: /description'],
    ['a language in words', { language: 'English' }, 'shape: /language'],
    ['an era that is none', { eras: ['the nineties'] }, 'shape: /eras'],
    ['a confidence over 1', { confidence: 7 }, 'shape: /confidence'],
    ['an artist from elsewhere', { artists: ['Madonna', 'Prince'] }, 'artists: "Prince" is not an artist'],
    ['decades that no track is of', { eras: ['1950s', '1960s'] }, 'eras: 1950s, 1960s fits none'],
    ['a description of 60 words', { description: 'a '.repeat(60) }, 'description: it has 60 words'],
    [
      'a list of songs',
      { description: 'Holiday, Take On Me, One More Time and Umbrella.' },
      'copying: it is a list of songs',
    ],
  ])('refuses %s', (_, change, reason) => {
    expect(check(change)).toEqual({ refused: expect.stringContaining(reason) })
  })

  it('takes artists as credited: accents, joint credits, featured in a name', () => {
    const of = playlist('b', {
      tracks: [
        { title: 'My Heart', artists: ['Céline Dion'] },
        { title: 'Get Lucky', artists: ['Daft Punk,Pharrell Williams'] },
        { title: 'Umbrella (feat. JAY-Z)', artists: ['Rihanna'] },
      ],
    })
    expect(check({ artists: ['Celine Dion', 'Daft Punk', 'JAY-Z'] }, of)).toMatchObject({
      value: {
        curation: { artists: ['Céline Dion', 'Daft Punk', 'JAY-Z'] },
        notes: ['Celine Dion is spelled Céline Dion in the tracks'],
      },
    })
  })

  it('does not find an artist inside another word', () => {
    const of = playlist('c', { tracks: [{ title: 'Song', artists: ['Princess Nokia'] }] })
    expect(check({ artists: ['Prince'] }, of)).toHaveProperty('refused')
  })

  it('looks at the tracks that the curator saw, not at those behind', () => {
    const tracks = Array.from({ length: 15 }, (_, i) => ({ title: `Song ${i}`, artists: ['Madonna'] }))
    const of = playlist('d', { tracks: [...tracks, { title: 'Hidden', artists: ['Prince'] }] })
    expect(check({ artists: ['Prince'] }, of)).toHaveProperty('refused')
  })

  it('does not judge eras where no year is known, and forgets "unknown"', () => {
    const of = playlist('e', { tracks: [{ title: 'Song', artists: ['Madonna'] }] })
    expect(check({ eras: ['1950s'] }, of)).toHaveProperty('value')
    expect(check({ eras: ['unknown'], language: 'unknown' }, of)).toMatchObject({
      value: { curation: { eras: [] } },
    })
    expect(check({ language: 'unknown' }, of)).not.toHaveProperty('value.curation.language')
  })

  it('notes for review what was nearly refused', () => {
    const near = { description: `${'word '.repeat(46)}end.`, eras: ['1980s', '1950s'] }
    expect(check(near)).toMatchObject({
      value: { notes: ['the description has 47 words', 'no track is of the 1950s'] },
    })
    const examples = {
      description: `From Holiday and Take On Me to One More Time: a bright list of pop for a long drive home in
        the evening sun with friends and an open roof.`,
    }
    expect(check(examples)).toMatchObject({ value: { notes: ['the description names 3 of the tracks'] } })
  })
})
