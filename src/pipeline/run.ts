import { defineCommand } from 'citty'
import { readPipelineConfig } from './run/pipeline-config.ts'
import { runPipeline } from './run/run-pipeline.ts'
import { pipelineSteps } from './run/steps.ts'

/** `segue pipeline run --config FILE [--from STEP] [--to STEP]` */
export const pipelineRun = defineCommand({
  meta: {
    name: 'run',
    description: 'Run the pipeline from catalogue to monitor; only what has changed, or from a step on',
  },
  args: {
    config: { type: 'string', description: 'The pipeline as YAML', required: true, valueHint: 'FILE' },
    from: {
      type: 'string',
      description: 'Run this step and those after it, changed or not',
      valueHint: 'STEP',
    },
    to: { type: 'string', description: 'Stop after this step', valueHint: 'STEP' },
  },
  async run({ args }) {
    const config = await readPipelineConfig(args.config)
    const say = (line: string) => void process.stderr.write(`${line}\n`)
    const ran = await runPipeline(pipelineSteps(config), {
      out: config.out,
      from: args.from,
      to: args.to,
      say,
    })
    process.stdout.write(ran.length === 0 ? 'Everything is up to date\n' : `Ran ${ran.join(', ')}\n`)
  },
})
