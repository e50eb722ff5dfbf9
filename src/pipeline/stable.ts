import { createHash } from 'node:crypto'

/**
 * A number from 0 to 1 that depends on its key alone: choices by it are the same on every run and machine, and stay
 * when rows are added.
 */
export const stableUnit = (key: string): number =>
  createHash('sha256').update(key).digest().readUIntBE(0, 6) / 2 ** 48

/** Items in an order that depends on their keys alone. */
export const stableShuffle = <T>(items: readonly T[], key: (item: T) => string): T[] =>
  items
    .map((item) => ({ item, at: stableUnit(key(item)) }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item)
