import { defineCommand } from 'citty'
import { SegueError } from '../domain/errors.ts'
import { evaluateArgs, evaluateOptions } from './evaluate/args.ts'
import { BUNDLE_SYSTEMS, bundleSystems } from './evaluate/bundle-systems.ts'
import { openSearchEngines } from './evaluate/engines.ts'
import { evaluateSystems } from './evaluate/evaluate-systems.ts'
import { remoteSystem } from './evaluate/remote.ts'
import { markdownReport } from './evaluate/report.ts'
import { listOption } from './list-option.ts'

/** `segue evaluate --set DIR.. --index DIR --model DIR` */
export const evaluate = defineCommand({
  meta: {
    name: 'evaluate',
    description: 'Measure the search that serves, beside baselines, on judged queries',
  },
  args: {
    ...evaluateArgs,
    index: { type: 'string', description: 'Index bundle', valueHint: 'DIR' },
    model: { type: 'string', description: 'Model folder', valueHint: 'DIR' },
    url: {
      type: 'string',
      description: 'Running Segue servers to measure; several with commas',
      valueHint: 'URL',
    },
  },
  async run({ args, rawArgs }) {
    const options = await evaluateOptions(args, rawArgs)
    const urls = listOption(rawArgs, 'url')
    if (!args.index !== !args.model || (!args.index && urls.length === 0)) {
      throw new SegueError('invalid_config', 'It is not said what to evaluate', {
        expected: '--index DIR with --model DIR, or --url URL, or both',
      })
    }
    const engines = args.index && args.model ? await openSearchEngines(args.model, args.index) : null
    try {
      const info = engines?.embedder.info
      const manifest = engines?.bundle.manifest
      const about = info
        ? `Model ${info.model} (${info.precision}), index ${manifest?.name} of ${engines?.bundle.catalog.ids().length} playlists.`
        : `Servers: ${urls.join(', ')}.`
      const evaluation = await evaluateSystems({
        ...options,
        title: 'Search quality',
        about,
        systems: [...(engines ? await bundleSystems(engines) : []), ...urls.map((url) => remoteSystem(url))],
        ids: engines ? new Set(engines.bundle.catalog.ids()) : null,
        baseline: args.baseline ?? (engines ? BUNDLE_SYSTEMS.bm25All : undefined),
      })
      process.stdout.write(markdownReport(evaluation))
    } finally {
      await engines?.close()
    }
  },
})
