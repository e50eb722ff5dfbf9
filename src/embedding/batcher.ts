/** When texts that wait leave together. `max: 1` is no batching at all. */
export interface BatchPolicy {
  /** Most texts in one batch. */
  readonly max: number
  /** Longest that a text waits for company, in milliseconds. */
  readonly waitMs: number
}

export const NO_BATCHING: BatchPolicy = { max: 1, waitMs: 0 }

/**
 * Milliseconds until the next batch should leave: 0 is now, Infinity is never (nothing waits). A text on an idle
 * device gains nothing by waiting, so it only waits for company while another batch runs.
 *
 * @param oldestMs how long the first in the queue has waited
 */
export function leavesIn(policy: BatchPolicy, waiting: number, oldestMs: number, othersRun: boolean): number {
  if (waiting === 0) return Infinity
  if (waiting >= policy.max || !othersRun) return 0
  return Math.max(0, policy.waitMs - oldestMs)
}

/** Shorter sequences share a bucket: below this, padding costs next to nothing. */
const SMALLEST_BUCKET = 16

/**
 * Groups sequences whose lengths lie in one power-of-two bucket (up to 16, 32, 64, 128 ...), so that padding each to
 * the longest of its group at most doubles the work, and a device sees few shapes.
 *
 * @returns indexes into `lengths`, each once, short groups first
 */
export function lengthBuckets(lengths: readonly number[]): number[][] {
  const buckets = new Map<number, number[]>()
  for (const [index, length] of lengths.entries()) {
    const bucket = Math.max(SMALLEST_BUCKET, 2 ** Math.ceil(Math.log2(length)))
    const group = buckets.get(bucket)
    if (group) group.push(index)
    else buckets.set(bucket, [index])
  }
  return [...buckets.entries()].sort(([a], [b]) => a - b).map(([, group]) => group)
}
