import { listOption } from '../list-option.ts'
import { integer } from '../llm/args.ts'
import { openQuerySets, querySetArgs } from './query-sets.ts'

/** The options that `segue evaluate` and `segue ladder` share. */
export const evaluateArgs = {
  ...querySetArgs,
  'relevant-grade': {
    type: 'string',
    description: 'Lowest grade that is relevant in binary metrics (sets of lower grades: their highest)',
    default: '2',
  },
  baseline: { type: 'string', description: 'System that the others are compared with' },
  restrict: {
    type: 'boolean',
    description: 'Leave judgements of playlists not in the collection out',
    default: false,
  },
  run: {
    type: 'string',
    description: 'TREC run files to compare with; several with commas',
    valueHint: 'FILE',
  },
  out: { type: 'string', description: 'Folder for JSON, Markdown, HTML and run files', valueHint: 'DIR' },
} as const

interface EvaluateArgs {
  readonly splits?: string | undefined
  readonly split: string
  readonly restrict: boolean
  readonly out?: string | undefined
}

/** Reads them. @throws SegueError `invalid_config`, `invalid_input` */
export async function evaluateOptions(args: EvaluateArgs, rawArgs: readonly string[]) {
  const sets = await openQuerySets({
    folders: listOption(rawArgs, 'set'),
    written: listOption(rawArgs, 'written'),
    splits: args.splits,
    split: args.split,
  })
  return {
    sets,
    relevant: integer({ ...args }, 'relevant-grade', 1) ?? 2,
    restrict: args.restrict,
    runFiles: listOption(rawArgs, 'run'),
    out: args.out,
  }
}
