import { existsSync } from 'node:fs'
import { SegueError } from '../../domain/errors.ts'
import type { Endpoint } from '../../llm/openai.ts'

/** The options of every command that asks a language model. */
export const llmArgs = {
  live: { type: 'boolean', description: 'Ask the model at --endpoint now', default: false },
  'batch-out': {
    type: 'string',
    description: 'Write what is still to ask as OpenAI Batch API requests',
    valueHint: 'FILE',
  },
  'batch-in': {
    type: 'string',
    description: 'Read OpenAI Batch API responses; several with commas',
    valueHint: 'FILE',
  },
  endpoint: {
    type: 'string',
    description: 'Base URL of an OpenAI-compatible API',
    default: 'https://api.openai.com/v1',
  },
  llm: { type: 'string', description: 'Language model to ask', valueHint: 'NAME' },
  'api-key-env': {
    type: 'string',
    description: 'Environment variable that holds the key',
    default: 'OPENAI_API_KEY',
  },
  concurrency: { type: 'string', description: 'Calls at a time', default: '8' },
  'timeout-s': { type: 'string', description: 'Seconds that one try may take', default: '120' },
  retries: { type: 'string', description: 'Tries after a call that failed', default: '6' },
  'max-tokens-total': { type: 'string', description: 'Budget in tokens, earlier runs included' },
  'max-cost': { type: 'string', description: 'Budget in money, earlier runs included (give the prices)' },
  'price-prompt': { type: 'string', description: 'Price of a million prompt tokens', default: '0' },
  'price-completion': { type: 'string', description: 'Price of a million answer tokens', default: '0' },
} as const

/** How a model is reached, from the command line. */
export interface LlmOptions {
  readonly live: Endpoint | null
  readonly batchOut: { readonly file: string; readonly model: string } | null
  readonly batchIn: readonly string[]
  readonly concurrency: number
  readonly budget: {
    readonly maxTokens: number | undefined
    readonly maxCost: number | undefined
    readonly pricePrompt: number
    readonly priceCompletion: number
  }
}

type Parsed = Readonly<Record<string, unknown>>

/** @throws SegueError `invalid_config` where the options do not make sense together */
export function llmOptions(args: Parsed, env: NodeJS.ProcessEnv = process.env): LlmOptions {
  const live = args.live === true
  const batchOut = text(args, 'batch-out')
  const batchIn = text(args, 'batch-in')?.split(',') ?? []
  if (!live && !batchOut && batchIn.length === 0) {
    throw new SegueError('invalid_config', 'It is not said how the model is reached', {
      expected: '--live with --endpoint and --llm, or --batch-out FILE, or --batch-in FILE',
    })
  }
  const missing = batchIn.find((file) => !existsSync(file))
  if (missing) throw new SegueError('invalid_input', `${missing}: no such file`, { field: '--batch-in' })
  const model = text(args, 'llm')
  if ((live || batchOut) && !model) {
    throw new SegueError('invalid_config', '--llm is missing', {
      field: '--llm',
      expected: 'a model name',
    })
  }
  const maxCost = number(args, 'max-cost', 0)
  const pricePrompt = number(args, 'price-prompt', 0) ?? 0
  const priceCompletion = number(args, 'price-completion', 0) ?? 0
  if (maxCost !== undefined && pricePrompt === 0 && priceCompletion === 0) {
    throw new SegueError('invalid_config', '--max-cost says nothing without prices', {
      field: '--max-cost',
      expected: '--price-prompt and --price-completion, per million tokens',
    })
  }
  return {
    live: live
      ? {
          baseUrl: text(args, 'endpoint') ?? '',
          model: model ?? '',
          // Local servers want none, but the client must send something.
          apiKey: env[text(args, 'api-key-env') ?? ''] ?? 'none',
          timeoutMs: (number(args, 'timeout-s', 0.001) ?? 120) * 1000,
          retries: integer(args, 'retries', 0) ?? 6,
        }
      : null,
    batchOut: batchOut ? { file: batchOut, model: model ?? '' } : null,
    batchIn,
    concurrency: integer(args, 'concurrency', 1) ?? 8,
    budget: { maxTokens: integer(args, 'max-tokens-total', 1), maxCost, pricePrompt, priceCompletion },
  }
}

const text = (args: Parsed, name: string): string | undefined => {
  const value = args[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** A number option. @throws SegueError `invalid_config` below `minimum` or where it is no number */
export function number(args: Parsed, name: string, minimum: number): number | undefined {
  const given = text(args, name)
  if (given === undefined) return undefined
  const value = Number(given)
  if (!Number.isFinite(value) || value < minimum) {
    throw new SegueError('invalid_config', `--${name} ${given} is out of range`, {
      field: `--${name}`,
      expected: `a number of at least ${minimum}`,
    })
  }
  return value
}

/** Like `number`, for whole numbers. */
export function integer(args: Parsed, name: string, minimum: number): number | undefined {
  const value = number(args, name, minimum)
  if (value !== undefined && !Number.isInteger(value)) {
    throw new SegueError('invalid_config', `--${name} ${value} is no whole number`, { field: `--${name}` })
  }
  return value
}
