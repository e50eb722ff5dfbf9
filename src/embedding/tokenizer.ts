import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { env, PreTrainedTokenizer } from '@xenova/transformers'
import { messageOf, SegueError } from '../domain/errors.ts'

// The tokenizer is built from two local files. Should the library ever want more, it must not ask the network.
env.allowRemoteModels = false

export interface Tokens {
  /** Special tokens included, at most the model's maxTokens. */
  readonly ids: readonly number[]
  readonly truncated: boolean
}

export interface Tokenizer {
  tokenize(text: string): Tokens
}

/**
 * Opens tokenizer.json and tokenizer_config.json of a model folder.
 *
 * @throws SegueError `invalid_artefact`
 */
export async function openTokenizer(folder: string, maxTokens: number): Promise<Tokenizer> {
  const read = async (file: string): Promise<unknown> =>
    JSON.parse(await readFile(join(folder, file), 'utf8'))
  let tokenizer: PreTrainedTokenizer
  try {
    const [content, config] = await Promise.all([read('tokenizer.json'), read('tokenizer_config.json')])
    tokenizer = new PreTrainedTokenizer(content as object, config as object)
  } catch (error) {
    throw new SegueError(
      'invalid_artefact',
      `The tokenizer in ${folder} does not load: ${messageOf(error)}`,
      {
        field: 'tokenizer.json',
        cause: error,
      },
    )
  }
  const words = (text: string): number[] => tokenizer.encode(text, { add_special_tokens: false })
  const { head, tail } = specialTokens(tokenizer, words)
  const room = maxTokens - head.length - tail.length

  return {
    tokenize(text) {
      const ids = words(text)
      // The library's own truncation cuts the closing special token off; Python keeps it.
      return { ids: [...head, ...ids.slice(0, room), ...tail], truncated: ids.length > room }
    },
  }
}

/** What the model's template puts before and behind a text: [CLS] and [SEP] for BERT. */
function specialTokens(tokenizer: PreTrainedTokenizer, words: (text: string) => number[]) {
  const framed = tokenizer.encode('a')
  const bare = words('a')
  const start = framed.findIndex((_, at) => bare.every((id, offset) => framed[at + offset] === id))
  return { head: framed.slice(0, start), tail: framed.slice(start + bare.length) }
}
