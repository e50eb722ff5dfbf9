import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { env, PreTrainedTokenizer } from '@xenova/transformers'
import { messageOf, SegueError } from '../domain/errors.ts'
import { alignUnicode } from './unicode.ts'

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
  let continuing: Uint8Array
  try {
    const content = (await read('tokenizer.json')) as TokenizerFile
    tokenizer = new PreTrainedTokenizer(content, (await read('tokenizer_config.json')) as object)
    continuing = continuingPieces(content)
  } catch (error) {
    throw new SegueError(
      'invalid_artefact',
      `The tokenizer in ${folder} does not load: ${messageOf(error)}`,
      {
        field: 'tokenizer.json',
        expected: 'a BERT tokenizer: BertNormalizer and WordPiece',
        cause: error,
      },
    )
  }
  const pieces = (text: string): number[] =>
    tokenizer.encode(alignUnicode(text), { add_special_tokens: false })
  const { head, tail } = specialTokens(tokenizer, pieces)
  const room = maxTokens - head.length - tail.length

  /** The pieces of a text, or as many of them as the model reads and one more. */
  const enough = (text: string): number[] => {
    for (let end = CHARACTERS_PER_TOKEN * maxTokens; end < text.length; end *= 4) {
      const whole = completeWords(pieces(text.slice(0, end)), continuing)
      if (whole.length > room) return whole
    }
    return pieces(text)
  }

  return {
    tokenize(text) {
      const ids = enough(text)
      // The library's own truncation cuts the closing special token off; Python keeps it.
      return { ids: [...head, ...ids.slice(0, room), ...tail], truncated: ids.length > room }
    },
  }
}

/** Ordinary text has about five characters a piece, so that one prefix is nearly always enough. */
const CHARACTERS_PER_TOKEN = 8
/** A prefix may end within a word, or within the text of a special token, which is several words: "[MAS". */
const WORDS_IN_DOUBT = 4

/** The pieces of a prefix without its last words, which may be other ones in the whole text. */
function completeWords(ids: readonly number[], continuing: Uint8Array): number[] {
  let end = ids.length
  for (let words = 0; words < WORDS_IN_DOUBT && end > 0; end--) {
    if (!continuing[ids[end - 1] as number]) words++
  }
  return ids.slice(0, end)
}

interface TokenizerFile {
  readonly normalizer?: { readonly type?: string; readonly lowercase?: boolean }
  readonly model: {
    readonly type?: string
    readonly continuing_subword_prefix: string
    readonly vocab: Readonly<Record<string, number>>
  }
}

/** By id: whether a piece goes on with a word ("##ing"). */
function continuingPieces({ normalizer, model }: TokenizerFile): Uint8Array {
  if (normalizer?.type !== 'BertNormalizer' || !normalizer.lowercase || model.type !== 'WordPiece') {
    throw new Error(`it is ${normalizer?.type} and ${model.type}`)
  }
  const entries = Object.entries(model.vocab)
  const continuing = new Uint8Array(Math.max(...entries.map(([, id]) => id)) + 1)
  for (const [piece, id] of entries) {
    if (piece.startsWith(model.continuing_subword_prefix)) continuing[id] = 1
  }
  return continuing
}

/** What the model's template puts before and behind a text: [CLS] and [SEP] for BERT. */
function specialTokens(tokenizer: PreTrainedTokenizer, pieces: (text: string) => number[]) {
  const framed = tokenizer.encode('a')
  const bare = pieces('a')
  const start = framed.findIndex((_, at) => bare.every((id, offset) => framed[at + offset] === id))
  return { head: framed.slice(0, start), tail: framed.slice(start + bare.length) }
}
