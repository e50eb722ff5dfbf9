import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Call } from '../../../src/pipeline/run/call.ts'
import { readPipelineConfig } from '../../../src/pipeline/run/pipeline-config.ts'
import { pipelineSteps } from '../../../src/pipeline/run/steps.ts'
import { temporaryFolders } from '../../support/folder.ts'

const folder = temporaryFolders()

/** Options of a call that its command does not have: the parser would drop them in silence. */
function unknownOptions({ command, args }: Call): string[] {
  const known = Object.keys(command.args ?? {})
  return args
    .filter((arg) => arg.startsWith('--'))
    .map((arg) => arg.slice(2).split('=')[0] as string)
    .filter((name) => !known.includes(name))
}

describe('pipelineSteps', () => {
  it('chains the demo: every input is in the repository or made by a step before', async () => {
    const steps = pipelineSteps(await readPipelineConfig('demo/pipeline.yaml'))
    expect(steps.map(({ name }) => name)).toEqual([
      'import',
      'curate',
      'review',
      'index',
      'queries',
      'candidates',
      'label',
      'train-data',
      'evaluate',
      'monitor',
    ])
    const made = new Set<string>()
    for (const { inputs, outputs } of steps) {
      for (const input of inputs) expect(made.has(input) || existsSync(input), input).toBe(true)
      for (const output of outputs) made.add(output)
    }
  })

  it('gives every command only options that it has, with recorded answers and live', async () => {
    const config = await readPipelineConfig('demo/pipeline.yaml')
    const live = {
      ...config,
      answers: { endpoint: 'http://127.0.0.1:1/v1', model: 'm', keyEnv: 'KEY', maxTokens: 9 },
    }
    const full = {
      ...live,
      verdicts: ['v.jsonl', 'w.csv'],
      logs: ['data/events'],
      monitor: { ...config.monitor, config: 'm.yaml' },
      evaluate: { ...config.evaluate, restrict: true },
    }
    for (const step of [...pipelineSteps(config), ...pipelineSteps(full)]) {
      for (const call of step.calls) expect(unknownOptions(call), step.name).toEqual([])
    }
  })
})

describe('readPipelineConfig', () => {
  it.each([
    ['out: x\n', 'pipeline.yaml'],
    ['catalogue: [', 'pipeline.yaml'],
    ['', 'pipeline.yaml'],
  ])('refuses %j', async (text, message) => {
    const file = join(await folder(), 'pipeline.yaml')
    await writeFile(file, text)
    await expect(readPipelineConfig(file)).rejects.toThrow(message)
  })
})
