import { defineCommand } from 'citty'
import { NO_BATCHING } from '../embedding/batcher.ts'
import { defaultWorkers, openEmbedder } from '../embedding/pool.ts'
import type { IndexManifest } from '../index-bundle/manifest.ts'
import { buildIndex } from './index/build.ts'
import { listOption } from './list-option.ts'
import { integer } from './llm/args.ts'
import { openProgress } from './progress.ts'

/** Long enough for any text; a build waits rather than fails. */
const EMBED_TIMEOUT_MS = 60_000

export const indexBuild = defineCommand({
  meta: { name: 'build', description: 'Build an index bundle from catalogue and curations' },
  args: {
    catalogue: {
      type: 'string',
      description: 'Playlists as JSON Lines; several files may follow',
      required: true,
      valueHint: 'FILE..',
    },
    curation: { type: 'string', description: "The curator's answers as JSON Lines", valueHint: 'FILE..' },
    verdicts: { type: 'string', description: 'Verdicts of reviews, to be obeyed', valueHint: 'FILE..' },
    model: { type: 'string', description: 'Model folder', required: true, valueHint: 'DIR' },
    out: { type: 'string', description: 'Bundle to write or replace', required: true, valueHint: 'DIR' },
    queries: {
      type: 'string',
      description: 'Query texts to measure recall@10 on (default: titles)',
      valueHint: 'FILE..',
    },
    'skip-invalid': { type: 'boolean', description: 'Leave bad rows out and count them', default: false },
    workers: { type: 'string', description: 'Embedding workers (default: one for each core)' },
    m: { type: 'string', description: 'Links per node of the graph', default: '16' },
    'ef-construction': { type: 'string', description: 'Candidates looked at for each node', default: '200' },
    ef: { type: 'string', description: 'Candidates looked at in a search', default: '128' },
  },
  async run({ args, rawArgs }) {
    const embedder = await openEmbedder({
      modelDir: args.model,
      workers: integer(args, 'workers', 1) ?? defaultWorkers(),
      providers: ['cpu'],
      strict: true,
      maxQueue: 10_000,
      timeoutMs: EMBED_TIMEOUT_MS,
      batch: NO_BATCHING,
    })
    try {
      const manifest = await buildIndex({
        catalogue: listOption(rawArgs, 'catalogue'),
        curation: listOption(rawArgs, 'curation'),
        verdicts: listOption(rawArgs, 'verdicts'),
        queries: listOption(rawArgs, 'queries'),
        skipInvalid: args['skip-invalid'],
        out: args.out,
        hnsw: {
          M: integer(args, 'm', 2) ?? 16,
          efConstruction: integer(args, 'ef-construction', 1) ?? 200,
          ef: integer(args, 'ef', 1) ?? 128,
        },
        embedder,
        watch: { step: openProgress, warn: (message) => void process.stderr.write(`warning: ${message}\n`) },
      })
      process.stdout.write(`${summary(args.out, manifest)}\n`)
    } finally {
      await embedder.close()
    }
  },
})

function summary(out: string, { counts, curated, skipped, model, fingerprint }: IndexManifest): string {
  const left = skipped > 0 ? `, ${skipped} bad rows skipped` : ''
  return (
    `${out}: ${counts.editorial} editorial and ${counts.community} community playlists, ${curated} curated${left}; ` +
    `model ${model.name}; fingerprint ${fingerprint.slice(0, 12)}`
  )
}
