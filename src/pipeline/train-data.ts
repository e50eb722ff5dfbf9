import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { defineCommand } from 'citty'
import { fileList, inputFiles } from './corpus.ts'
import { readCurations } from './enriched.ts'
import { readClusters, readSplits, wantedSplits } from './splits.ts'
import { buildTrainData } from './train-data/build.ts'

export const trainData = defineCommand({
  meta: { name: 'train-data', description: 'Write the pairs and documents that training reads' },
  args: {
    corpus: { type: 'positional', description: 'Corpus files (JSON Lines)', required: true },
    out: {
      type: 'string',
      description: 'Folder of pairs.jsonl and documents.jsonl',
      required: true,
      valueHint: 'DIR',
    },
    curation: {
      type: 'string',
      description: 'Curations; several with commas, later ones win',
      valueHint: 'FILE',
    },
    verdicts: { type: 'string', description: 'Verdicts of a review', valueHint: 'FILE' },
    queries: {
      type: 'string',
      description: 'Query sets; several with commas',
      required: true,
      valueHint: 'DIR',
    },
    labels: { type: 'string', description: 'labels.jsonl; several with commas', valueHint: 'FILE' },
    splits: { type: 'string', description: 'splits.tsv of the catalogue', required: true, valueHint: 'FILE' },
    split: { type: 'string', description: 'Splits that go in; several with commas', default: 'train' },
    clusters: { type: 'string', description: 'clusters.tsv: near-twins are no negatives', valueHint: 'FILE' },
    'held-out': {
      type: 'string',
      description: 'queries.jsonl of evaluation sets to leave out',
      valueHint: 'FILE',
    },
  },
  async run({ args }) {
    const report = await buildTrainData(
      {
        corpus: inputFiles(args._, 'corpus'),
        curations: await readCurations(fileList(args.curation), fileList(args.verdicts)),
        querySets: fileList(args.queries),
        labels: fileList(args.labels),
        splits: await readSplits(args.splits),
        wanted: wantedSplits(args.split),
        clusters: args.clusters ? await readClusters(args.clusters) : new Map(),
        heldOut: fileList(args['held-out']),
      },
      args.out,
    )
    await writeFile(join(args.out, 'train-data.json'), `${JSON.stringify(report, null, 2)}\n`)
    process.stdout.write(`${JSON.stringify(report, null, 2)}\n`)
  },
})
