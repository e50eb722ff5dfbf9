import { basename } from 'node:path'
import { defineCommand } from 'citty'
import { evaluateArgs, evaluateOptions } from './evaluate/args.ts'
import { evaluateSystems } from './evaluate/evaluate-systems.ts'
import { ladderSystems, readEntries } from './evaluate/ladder-systems.ts'
import { markdownReport } from './evaluate/report.ts'
import { openTextEmbedder } from './evaluate/texts.ts'
import { listOption } from './list-option.ts'

/** `segue ladder --set DIR.. --catalogue FILE.. --curation FILE.. --model DIR`: what each step of the method adds. */
export const ladder = defineCommand({
  meta: { name: 'ladder', description: 'Measure rung by rung what words, the model and the curator add' },
  args: {
    ...evaluateArgs,
    catalogue: {
      type: 'string',
      description: 'Playlists as JSON Lines',
      required: true,
      valueHint: 'FILE..',
    },
    curation: {
      type: 'string',
      description: 'Curator answers JSONL; several with commas',
      valueHint: 'FILE',
    },
    model: { type: 'string', description: 'Model folder', required: true, valueHint: 'DIR' },
  },
  async run({ args, rawArgs }) {
    const options = await evaluateOptions(args, rawArgs)
    const catalogue = listOption(rawArgs, 'catalogue')
    const entries = await readEntries(catalogue, listOption(rawArgs, 'curation'))
    const curated = entries.filter(({ curation }) => curation !== undefined).length
    const embedder = await openTextEmbedder(args.model)
    try {
      const { model, precision } = embedder.info
      const evaluation = await evaluateSystems({
        ...options,
        title: 'The ladder: what each step adds',
        about: `${entries.length} playlists of ${catalogue.map((file) => basename(file)).join(' + ')}, ${curated} curated; ${model} (${precision}), exact search.`,
        systems: await ladderSystems(entries, embedder),
        ids: new Set(entries.map(({ playlist }) => playlist.id)),
        baseline: args.baseline ?? `${model}, raw metadata`,
      })
      process.stdout.write(markdownReport(evaluation))
    } finally {
      await embedder.close()
    }
  },
})
