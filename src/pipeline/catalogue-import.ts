import { defineCommand } from 'citty'
import { SegueError } from '../domain/errors.ts'
import { parseRatios } from './catalogue/assign-splits.ts'
import { describeImport, importCatalogue } from './catalogue/import.ts'
import { FORMATS, type Format } from './catalogue/source.ts'
import { fileList, inputFiles } from './corpus.ts'

export const catalogueImport = defineCommand({
  meta: {
    name: 'import',
    description: 'Read playlists of any known shape into a checked corpus with splits',
  },
  args: {
    in: {
      type: 'positional',
      description: 'JSON Lines, CSV, MPD slices or Web API objects; .gz too',
      required: true,
    },
    out: { type: 'string', description: 'Folder of the corpus', required: true, valueHint: 'DIR' },
    format: { type: 'string', description: FORMATS.join(', '), default: 'auto' },
    'skip-invalid': { type: 'boolean', description: 'Leave bad rows out and count them', default: false },
    'editorial-owners': {
      type: 'string',
      description: 'Web API owners whose lists are editorial',
      default: 'spotify',
    },
    ratios: { type: 'string', description: 'Shares of train/dev/test', default: '80/10/10' },
    'previous-splits': { type: 'string', description: 'An earlier splits.tsv that holds', valueHint: 'FILE' },
  },
  async run({ args }) {
    if (!FORMATS.includes(args.format as Format)) {
      throw new SegueError('invalid_config', `--format ${args.format} is not known`, {
        field: '--format',
        expected: FORMATS.join(', '),
      })
    }
    const report = await importCatalogue(inputFiles(args._, 'IN'), args.out, {
      format: args.format as Format,
      skipInvalid: args['skip-invalid'],
      editorialOwners: fileList(args['editorial-owners']),
      ratios: parseRatios(args.ratios),
      previousSplits: args['previous-splits'] ?? null,
    })
    process.stdout.write(`${describeImport(report)}\n`)
  },
})
