import { basename } from 'node:path'
import { defineCommand } from 'citty'
import type { Embedder } from '../embedding/embedder.ts'
import { evaluateArgs, evaluateOptions } from './evaluate/args.ts'
import { evaluateSystems } from './evaluate/evaluate-systems.ts'
import { ladderSystems, readEntries } from './evaluate/ladder-systems.ts'
import { markdownReport } from './evaluate/report.ts'
import { openTextEmbedder } from './evaluate/texts.ts'
import { listOption } from './list-option.ts'

/** `segue ladder --set DIR.. --catalogue FILE.. --curation FILE.. --model DIR..`: what each step of the method adds. */
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
      description: "The curator's answers as JSON Lines",
      valueHint: 'FILE..',
    },
    verdicts: { type: 'string', description: 'Verdicts of reviews, to be obeyed', valueHint: 'FILE..' },
    model: {
      type: 'string',
      description: 'Model folders, the base first',
      required: true,
      valueHint: 'DIR..',
    },
  },
  async run({ args, rawArgs }) {
    const options = await evaluateOptions(args, rawArgs)
    const catalogue = listOption(rawArgs, 'catalogue')
    const [curations, verdicts] = [listOption(rawArgs, 'curation'), listOption(rawArgs, 'verdicts')]
    const entries = await readEntries(catalogue, curations, verdicts)
    const curated = entries.filter(({ curation }) => curation !== undefined).length
    const embedders: Embedder[] = []
    try {
      for (const folder of listOption(rawArgs, 'model')) embedders.push(await openTextEmbedder(folder))
      const models = embedders.map(({ info }) => `${info.model} (${info.precision})`)
      const evaluation = await evaluateSystems({
        ...options,
        title: 'The ladder: what each step adds',
        about: `${entries.length} playlists of ${catalogue.map((file) => basename(file)).join(' + ')}, ${curated} curated; ${models.join(', ')}, exact search.`,
        systems: await ladderSystems(entries, embedders),
        ids: new Set(entries.map(({ playlist }) => playlist.id)),
        baseline: args.baseline ?? `${embedders[0]?.info.model}, raw metadata`,
      })
      process.stdout.write(markdownReport(evaluation))
    } finally {
      for (const embedder of embedders) await embedder.close()
    }
  },
})
