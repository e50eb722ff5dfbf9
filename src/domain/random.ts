/** Uniform numbers in [0, 1). */
export type Random = () => number

/**
 * A seeded generator, so that intervals and samples are the same on every run (mulberry32, Tommy Ettinger 2017,
 * public domain; period 2^32, plenty for resampling). Not for secrets.
 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** @param count how many to draw, at most all. In the order of the list, each at most once. */
export function sample<T>(items: readonly T[], count: number, random: Random): T[] {
  const drawn: T[] = []
  items.forEach((item, index) => {
    // Selection sampling (Knuth, TAOCP 2, algorithm 3.4.2 S): every subset is as likely as any other.
    if (random() * (items.length - index) < count - drawn.length) drawn.push(item)
  })
  return drawn
}
