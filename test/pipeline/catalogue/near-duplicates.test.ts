import { describe, expect, it } from 'vitest'
import { openHashSet } from '../../../src/pipeline/catalogue/hash.ts'
import { openNearDuplicates } from '../../../src/pipeline/catalogue/near-duplicates.ts'
import { playlist } from '../../support/curator.ts'

const songs = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => ({
    title: `Song ${from + i}`,
    artists: [`Artist ${from + i}`],
  }))

function clustersOf(...lists: { title?: string; tracks: ReturnType<typeof songs> }[]): number[] {
  const twins = openNearDuplicates()
  for (const [i, list] of lists.entries()) twins.add(playlist(String(i), list))
  return [...twins.clusters()]
}

describe('openNearDuplicates', () => {
  it('joins lists that share most tracks, in any order and spelling', () => {
    const shuffled = songs(0, 18)
      .reverse()
      .map((track) => ({ ...track, title: track.title.toUpperCase() }))
    expect(clustersOf({ tracks: songs(0, 20) }, { tracks: songs(50, 70) }, { tracks: shuffled })).toEqual([
      0, 1, 0,
    ])
  })

  it('does not join lists that share a fifth of their tracks, nor titles alone', () => {
    expect(
      clustersOf(
        { title: 'Workout', tracks: songs(0, 20) },
        { title: 'Gym', tracks: songs(16, 36) },
        { title: 'workout', tracks: songs(100, 120) },
      ),
    ).toEqual([0, 1, 2])
  })

  it('joins fewer shared tracks where the title is the same', () => {
    const lists = (other: string) => [
      { title: '90s Eurodance', tracks: songs(0, 20) },
      { title: other, tracks: songs(11, 31) },
    ]
    expect(clustersOf(...lists('90s eurodance!'))).toEqual([0, 0])
    expect(clustersOf(...lists('Something else'))).toEqual([0, 1])
  })

  it('does not take lists without tracks for one another', () => {
    expect(clustersOf({ title: 'a', tracks: [] }, { title: 'a', tracks: [] })).toEqual([0, 1])
  })

  it('finds nearly all planted twins among thousands, and hardly anything else', () => {
    const lists = Array.from({ length: 2000 }, (_, i) => ({
      title: `L${i}`,
      tracks: songs(i * 30, i * 30 + 30),
    }))
    const twins = lists.map((list, i) => ({
      title: `T${i}`,
      tracks: [...list.tracks.slice(0, 24), ...songs(100_000 + i * 6, 100_006 + i * 6)],
    }))
    const clusters = clustersOf(...lists, ...twins)
    const found = lists.filter((_, i) => clusters[i + 2000] === i).length
    expect(found).toBeGreaterThan(1900)
    // Every list stands for itself: nothing was joined beyond the twins.
    expect(lists.every((_, i) => clusters[i] === i)).toBe(true)
  })
})

describe('openHashSet', () => {
  it('tells what was there before, over many growths', () => {
    const set = openHashSet()
    for (let i = 0; i < 50_000; i++) expect(set.add(`id-${i}`)).toBe(true)
    for (let i = 0; i < 50_000; i += 7) expect(set.add(`id-${i}`)).toBe(false)
    expect(set.size).toBe(50_000)
  })
})
