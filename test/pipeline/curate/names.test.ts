import { describe, expect, it } from 'vitest'
import { bareTitle, copiedTitles } from '../../../src/pipeline/curate/names.ts'

describe('bareTitle', () => {
  it.each([
    ['Umbrella (feat. JAY-Z)', 'Umbrella'],
    ['Come Together - Remastered 2009', 'Come Together'],
    ["(I Can't Get No) Satisfaction", 'Satisfaction'],
    ['[Untitled]', '[Untitled]'],
    ['Anti-Hero', 'Anti-Hero'],
  ])('makes %s to %s', (title, bare) => {
    expect(bareTitle(title).trim()).toBe(bare)
  })
})

describe('copiedTitles', () => {
  it('counts a name of several words in any case, and of one word only where it stands as a name', () => {
    const titles = ['Common People', 'Creep', 'Low', 'Home']
    expect(copiedTitles('From common people to Creep, a low home.', titles, '')).toEqual([
      'common people',
      'creep',
    ])
  })

  it('does not count a word because a sentence begins with it', () => {
    expect(copiedTitles('Summer is here. Summer songs.', ['Summer'], '')).toEqual([])
  })

  it('does not count a name that the playlist or an artist has too', () => {
    expect(
      copiedTitles('Black Sabbath at their heaviest', ['Black Sabbath'], 'Best of Black Sabbath'),
    ).toEqual([])
  })
})
