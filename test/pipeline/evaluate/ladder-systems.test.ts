import { describe, expect, it } from 'vitest'
import { playlistText } from '../../../src/domain/document.ts'
import { ladderSystems, readEntries } from '../../../src/pipeline/evaluate/ladder-systems.ts'
import { textsOf } from '../../../src/pipeline/evaluate/texts.ts'
import { curation, playlist } from '../../support/bundle.ts'
import { jsonlFile } from '../../support/temporary.ts'
import { openWordEmbedder } from '../../support/word-embedder.ts'

describe('readEntries', () => {
  it('obeys the verdicts of a review', async () => {
    const catalogue = await jsonlFile([playlist('a'), playlist('b'), playlist('c')])
    const curations = await jsonlFile([curation('a'), curation('b'), curation('c')])
    const better = curation('b', { description: 'By a person.' })
    const verdicts = await jsonlFile([
      { id: 'a', verdict: 'reject' },
      { id: 'b', verdict: 'edit', curation: better },
    ])
    const texts = textsOf(await readEntries([catalogue], [curations], [verdicts]), 'enriched')
    expect([...texts.values()]).toEqual([
      playlistText(playlist('a')),
      playlistText(playlist('b'), better),
      playlistText(playlist('c'), curation('c')),
    ])
  })
})

describe('ladderSystems', () => {
  it('gives each model its rungs, and what the curator wrote to the enriched ones only', async () => {
    const entries = [
      { playlist: playlist('a'), curation: curation('a', { description: 'accordion waltzes' }) },
      { playlist: playlist('b', { title: 'accordion' }) },
    ]
    const one = openWordEmbedder()
    const two = { ...one, info: { ...one.info, model: 'other' } }
    const systems = await ladderSystems(entries, [one, two])
    expect(systems.map(({ name }) => name)).toEqual([
      ...['titles', 'all text', 'enriched'].map((text) => `BM25, ${text}`),
      ...['words', 'other'].flatMap((model) =>
        ['titles', 'raw metadata', 'enriched'].map((text) => `${model}, ${text}`),
      ),
    ])
    const first = async (name: string) =>
      (await systems.find((system) => system.name === name)?.rank('accordion waltzes', 1))?.[0]
    expect(await first('BM25, titles')).toBe('b')
    expect(await first('BM25, enriched')).toBe('a')
    expect(await first('other, titles')).toBe('b')
    expect(await first('other, enriched')).toBe('a')
  })
})
