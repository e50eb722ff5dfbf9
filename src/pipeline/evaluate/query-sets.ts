import { SegueError } from '../../domain/errors.ts'
import { isSplit, readSplits, SPLITS } from '../splits.ts'
import { knownItemSet } from './known-item.ts'
import { type QuerySet, readQuerySet } from './query-set.ts'

/** The options by which a command is told what to evaluate on. */
export const querySetArgs = {
  set: {
    type: 'string',
    description: "Query sets in BEIR's form: queries.jsonl, qrels.tsv",
    valueHint: 'DIR..',
  },
  written: {
    type: 'string',
    description: 'Queries written for playlists (JSONL: id, queries)',
    valueHint: 'FILE..',
  },
  splits: { type: 'string', description: 'Split of each playlist (TSV: id, split)', valueHint: 'FILE' },
  split: { type: 'string', description: 'Split whose written queries are used', default: 'dev' },
} as const

export interface QuerySetOptions {
  readonly folders: readonly string[]
  readonly written: readonly string[]
  readonly splits: string | undefined
  readonly split: string
}

/** @throws SegueError `invalid_config` where nothing is given to evaluate on, `invalid_input` at a bad file */
export async function openQuerySets(options: QuerySetOptions): Promise<QuerySet[]> {
  const { folders, written, splits, split } = options
  const sets: QuerySet[] = []
  if (written.length > 0) {
    if (!splits) {
      throw new SegueError('invalid_config', '--written needs --splits: train queries would flatter', {
        field: '--splits',
        expected: 'a TSV of playlist id and split',
      })
    }
    if (!isSplit(split)) {
      throw new SegueError('invalid_config', `There is no split ${split}`, {
        field: '--split',
        expected: SPLITS.join(' | '),
      })
    }
    sets.push(await knownItemSet(`known items, ${split}`, written, await readSplits(splits), split))
  }
  for (const folder of folders) sets.push(await readQuerySet(folder))
  const empty = sets.find(({ queries }) => queries.length === 0)
  if (sets.length === 0 || empty) {
    throw new SegueError(
      'invalid_config',
      empty ? `${empty.name} has no queries` : 'There is nothing to evaluate on',
      {
        expected: '--set DIR.. or --written FILE.. --splits FILE',
      },
    )
  }
  return sets
}
