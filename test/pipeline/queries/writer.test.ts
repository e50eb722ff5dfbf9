import { describe, expect, it } from 'vitest'
import { writerTask } from '../../../src/pipeline/queries/writer.ts'
import { playlist } from '../../support/curator.ts'

const item = { playlist: playlist('a', { title: 'Rainy Sunday' }), curation: undefined }
const check = (...texts: string[]) =>
  writerTask.check(item, { queries: texts.map((text) => ({ intent: 'mood', text })) })

describe('writerTask.check', () => {
  it('takes different queries, without repeats, endless ones and those that no search would take', () => {
    const long = 'word '.repeat(20).trim()
    const checked = check('soft folk', 'Soft  folk', long, 'bad \u0007 bell', 'sunday songs', 'quiet guitars')
    expect(checked).toEqual({
      value: ['soft folk', 'sunday songs', 'quiet guitars'].map((text) => ({ intent: 'mood', text })),
    })
  })

  it('refuses fewer than three, unknown intents and a title in most of them', () => {
    expect(check('one', 'two')).toEqual({ refused: expect.stringContaining('queries: only 2') })
    expect(writerTask.check(item, { queries: [{ intent: 'joke', text: 'x' }] })).toEqual({
      refused: expect.stringContaining('shape: '),
    })
    expect(check('rainy sunday', 'rainy sunday mix', 'a rainy sunday', 'folk')).toEqual({
      refused: expect.stringContaining('title: 3 of 4'),
    })
  })
})
