import type { Playlist } from '../../domain/playlist.ts'
import { titleKey } from '../../domain/query.ts'
import { hash32, mix } from './hash.ts'

/** MinHash values kept of each playlist, 16 bits of each. */
const VALUES = 32
/** Neighbours in a bucket that are compared: a hit that is in a thousand playlists must not cost a million pairs. */
const COMPARED = 8
/** Estimated share of tracks in common (Jaccard) from which two playlists are near-duplicates ... */
const SAME_TRACKS = 0.5
/** ... and where their titles are the same too. */
const SAME_TITLE = 0.25

const SEEDS = Array.from({ length: VALUES }, (_, i) => mix(i + 1))

/** Finds playlists that are nearly the same, by their tracks and titles, in 72 bytes a playlist. */
export interface NearDuplicates {
  /** Playlists are numbered from 0 in the order in which they come. */
  add(playlist: Playlist): void
  /** For each number the lowest number of its cluster; a playlist alone is its own. */
  clusters(): Uint32Array
}

/**
 * MinHash signatures (Broder 1997) of the track sets, put into buckets by bands of two values (locality-sensitive
 * hashing: pairs with a Jaccard of .5 meet in one of 16 bands with a chance of .99), pairs of a bucket confirmed on the
 * whole signature. Buckets are made by sorting, one band at a time, so that memory stays flat.
 */
export function openNearDuplicates(): NearDuplicates {
  let capacity = 1024
  let count = 0
  let signatures = new Uint16Array(capacity * VALUES)
  let titles = new Uint32Array(capacity)
  const minima = new Uint32Array(VALUES)

  const grow = () => {
    capacity *= 2
    const [oldSignatures, oldTitles] = [signatures, titles]
    signatures = new Uint16Array(capacity * VALUES)
    signatures.set(oldSignatures)
    titles = new Uint32Array(capacity)
    titles.set(oldTitles)
  }

  /** The share of equal values estimates the Jaccard similarity of the track sets. */
  const similarity = (a: number, b: number): number => {
    let equal = 0
    for (let i = 0; i < VALUES; i++) {
      if (signatures[a * VALUES + i] === signatures[b * VALUES + i]) equal++
    }
    return equal / VALUES
  }

  return {
    add(playlist) {
      if (count === capacity) grow()
      minima.fill(0xffffffff)
      for (const track of playlist.tracks) {
        const hash = hash32(trackKey(track))
        for (let i = 0; i < VALUES; i++) {
          const value = mix(hash ^ (SEEDS[i] as number))
          if (value < (minima[i] as number)) minima[i] = value
        }
      }
      // The low bits: the high ones of a minimum are nearly always 0.
      // A playlist without tracks must not look like every other one without: its signature is its number's.
      const alone = playlist.tracks.length === 0
      for (let i = 0; i < VALUES; i++) {
        signatures[count * VALUES + i] = alone ? mix(count * VALUES + i) : (minima[i] as number) & 0xffff
      }
      titles[count] = hash32(titleKey(playlist.title))
      count++
    },
    clusters() {
      const sets = disjointSets(count)
      const joinBuckets = (key: (n: number) => number) => {
        for (const bucket of bucketsBy(count, key)) {
          for (let i = 1; i < bucket.length; i++) {
            const here = bucket[i] as number
            for (let j = Math.max(0, i - COMPARED); j < i; j++) {
              const there = bucket[j] as number
              if (sets.find(here) === sets.find(there)) continue
              const enough = titles[here] === titles[there] ? SAME_TITLE : SAME_TRACKS
              if (similarity(here, there) >= enough) sets.join(here, there)
            }
          }
        }
      }
      for (let band = 0; band < VALUES; band += 2) {
        joinBuckets((n) => {
          const at = n * VALUES + band
          return (signatures[at] as number) * 65_536 + (signatures[at + 1] as number)
        })
      }
      joinBuckets((n) => titles[n] as number)
      return Uint32Array.from({ length: count }, (_, n) => sets.find(n))
    },
  }
}

/** What makes two tracks the same: name and first artist, folded. Cheaper than titleKey: it runs for every track. */
const trackKey = ({ title, artists }: Playlist['tracks'][number]): string =>
  `${title} ${artists[0] ?? ''}`
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')

/** Numbers with one key, two or more, in rising order. */
function* bucketsBy(count: number, key: (n: number) => number): Generator<Float64Array> {
  // Key and number in one double: sorting typed numbers is fast and takes no more memory.
  const shift = 2 ** Math.max(1, Math.ceil(Math.log2(count + 1)))
  const keyed = Float64Array.from(
    { length: count },
    (_, n) => (key(n) % (2 ** 53 / shift)) * shift + n,
  ).sort()
  for (let start = 0; start < count; ) {
    const bucketKey = Math.floor((keyed[start] as number) / shift)
    let end = start + 1
    while (end < count && Math.floor((keyed[end] as number) / shift) === bucketKey) end++
    if (end - start > 1) yield keyed.subarray(start, end).map((value) => value % shift)
    start = end
  }
}

/** Union-find; the lowest number stands for a set. */
function disjointSets(count: number) {
  const parent = Uint32Array.from({ length: count }, (_, n) => n)
  const find = (n: number): number => {
    let root = n
    while (parent[root] !== root) root = parent[root] as number
    for (let at = n; at !== root; ) {
      const next = parent[at] as number
      parent[at] = root
      at = next
    }
    return root
  }
  return {
    find,
    join(a: number, b: number) {
      const [x, y] = [find(a), find(b)]
      if (x < y) parent[y] = x
      else parent[x] = y
    },
  }
}
