import { readFile } from 'node:fs/promises'
import { type Static, Type } from 'typebox'
import { parse } from 'yaml'
import { messageOf, SegueError } from '../../domain/errors.ts'
import { rowChecker } from '../jsonl.ts'
import { RELIABLE_KAPPA } from '../judge/calibrate.ts'
import { WEAK_BELOW } from '../weak-score.ts'

const limit = (fallback: number, minimum: number, maximum: number, description: string) =>
  Type.Optional(Type.Number({ default: fallback, minimum, maximum, description }))

/** When the monitor cries, and why there. A YAML file overrides any of them by name. */
export const Thresholds = Type.Object(
  {
    ndcgDrop: limit(
      0.03,
      0,
      1,
      'Fall of nDCG@10 against the last good run, if a paired test (p < .05) agrees: about half of what a step of ' +
        'the method gains, and beyond what a rebuild of the graph moves',
    ),
    judgedMin: limit(
      0.4,
      0,
      1,
      'Share of the shown top 10 that was ever judged: below it nDCG says little, and new judgements are due',
    ),
    rboMin: limit(
      0.6,
      0,
      1,
      'Mean rank-biased overlap (p .9) with the last good run: a rebuild of the same index gives 1, a retrained ' +
        'model .6 to .8; less means that listeners see another product',
    ),
    psiMax: limit(
      0.25,
      0,
      10,
      'Population-stability index of the top scores: the field’s line between moved and stable',
    ),
    lowScore: limit(
      WEAK_BELOW,
      0,
      1,
      'A best hit below this score is weak: nineteen in twenty answerable dev queries beat it',
    ),
    lowShareRise: limit(0.1, 0, 1, 'Rise of the share of weak answers against the last good run'),
    emptyShareMax: limit(0.05, 0, 1, 'Share of answerable canary queries that get nothing'),
    trafficEmptyMax: limit(
      0.15,
      0,
      1,
      'Share of listeners’ searches that get nothing; some ask for what no music is',
    ),
    degradedShareMax: limit(0.01, 0, 1, 'Share of listeners’ searches answered without a part'),
    annRecallMin: limit(0.95, 0, 1, 'HNSW against exact search: the demo index has .998 and more'),
    selfSimilarityMin: limit(
      0.95,
      -1,
      1,
      'Mean cosine of stored and freshly embedded texts: the same text and model give 1 (int8 against fp32: .993)',
    ),
    playlistsDrop: limit(0.1, 0, 1, 'Share of playlists gone since the last good run'),
    kappaMin: limit(
      RELIABLE_KAPPA,
      -1,
      1,
      'Linear kappa of judge and frozen grades: below .6 agreement is called moderate',
    ),
  },
  { additionalProperties: false },
)
export type Thresholds = Required<Static<typeof Thresholds>>

export const DEFAULT_THRESHOLDS = Object.fromEntries(
  Object.entries(Thresholds.properties).map(([name, schema]) => [
    name,
    'default' in schema ? schema.default : undefined,
  ]),
) as Thresholds

const explain = rowChecker(Thresholds)

/** @throws SegueError `invalid_config` that names the field and what would be right */
export async function readThresholds(file: string | undefined): Promise<Thresholds> {
  if (file === undefined) return DEFAULT_THRESHOLDS
  let given: unknown
  try {
    given = parse(await readFile(file, 'utf8')) ?? {}
  } catch (cause) {
    throw new SegueError('invalid_config', `${file}: ${messageOf(cause)}`, { field: file, cause })
  }
  const reason = explain(given)
  if (reason !== null) {
    throw new SegueError('invalid_config', `${file}: ${reason}`, {
      field: file,
      expected: `numbers named ${Object.keys(Thresholds.properties).join(', ')}`,
    })
  }
  return { ...DEFAULT_THRESHOLDS, ...(given as Partial<Thresholds>) }
}
