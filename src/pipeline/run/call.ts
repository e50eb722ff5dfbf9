import { join } from 'node:path'
import { type CommandDef, runCommand } from 'citty'
import { recorded } from '../recorded.ts'
import type { PipelineConfig } from './pipeline-config.ts'

/** One command with its arguments, just as a person would type it. */
export interface Call {
  readonly command: CommandDef
  readonly args: readonly string[]
}

/** A step of the pipeline: what it reads, what it leaves, and the commands that do it. */
export interface Step {
  readonly name: string
  /** Files, or folders that count as all their files. */
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly calls: readonly Call[]
}

type Asking = 'curate' | 'queries' | 'label'

/** A step that asks a model: live, or by a batch whose requests recorded answers reply to. */
export function asking(
  config: PipelineConfig,
  step: Asking,
  folder: string,
  command: unknown,
  ...args: string[]
): Call[] {
  const { answers } = config
  if (!('recorded' in answers)) {
    const live = ['--live', '--endpoint', answers.endpoint, '--llm', answers.model]
    const limits = [
      ...option('api-key-env', answers.keyEnv),
      ...option('max-tokens-total', answers.maxTokens?.toString()),
    ]
    return [call(command, ...args, ...live, ...limits)]
  }
  const [requests, responses] = [join(folder, 'requests.jsonl'), join(folder, 'responses.jsonl')]
  return [
    call(command, ...args, '--batch-out', requests, '--llm', 'recorded'),
    call(recorded, requests, '--answers', answers.recorded[step].join(','), '--out', responses),
    call(command, ...args, '--batch-in', responses),
  ]
}

export const answerFiles = ({ answers }: PipelineConfig, step: Asking): readonly string[] =>
  'recorded' in answers ? answers.recorded[step] : []

export const call = (command: unknown, ...args: string[]): Call => ({ command: command as CommandDef, args })
export const some = (value: string | undefined): string[] => (value === undefined ? [] : [value])
export const option = (name: string, value: string | undefined): string[] =>
  value === undefined ? [] : [`--${name}`, value]
export const list = (name: string, values: readonly string[]): string[] =>
  values.map((value) => `--${name}=${value}`)

export async function runStep({ calls }: Step): Promise<void> {
  for (const { command, args } of calls) await runCommand(command, { rawArgs: [...args] })
}
