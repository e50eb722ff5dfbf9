import { createHash } from 'node:crypto'
import { SegueError } from '../../domain/errors.ts'
import { SPLITS, type Split } from '../splits.ts'

/** Shares of train, dev and test. */
export type Ratios = readonly [number, number, number]

/** @throws SegueError `invalid_config` unless three numbers of at least 0 are given that do not all vanish */
export function parseRatios(text: string): Ratios {
  const parts = text.split(/[/:,]/).map(Number)
  const sum = parts.reduce((a, b) => a + b, 0)
  if (parts.length !== 3 || parts.some((part) => !(part >= 0)) || !(sum > 0)) {
    throw new SegueError('invalid_config', `--ratios ${text} is no division into three`, {
      field: '--ratios',
      expected: 'train/dev/test, e.g. 80/10/10',
    })
  }
  return [(parts[0] as number) / sum, (parts[1] as number) / sum, (parts[2] as number) / sum]
}

/**
 * A split by a stable hash: it depends on the key alone, not on the other rows, the order or the machine.
 * @param key the id of the cluster's first playlist by order of ids
 */
export function splitOf(key: string, [train, dev]: Ratios): Split {
  const hash = createHash('sha256').update(`segue-split/1\n${key}`).digest()
  const position = hash.readUIntBE(0, 6) / 2 ** 48
  return position < train ? 'train' : position < train + dev ? 'dev' : 'test'
}

/**
 * The split of a whole cluster. An earlier assignment holds: rows that are added later must not move what a model was
 * trained or tested on. Where members were assigned apart, the one that is nearest to test wins for the new members.
 */
export function clusterSplit(key: string, earlier: Iterable<Split>, ratios: Ratios): Split {
  const seen = new Set(earlier)
  return [...SPLITS].reverse().find((split) => seen.has(split)) ?? splitOf(key, ratios)
}
