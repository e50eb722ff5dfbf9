import { Type } from 'typebox'
import { messageOf, SegueError } from '../../domain/errors.ts'
import { normaliseQuery } from '../../domain/query.ts'
import { type BadRow, readJsonl } from '../jsonl.ts'

/** Queries that recall is measured on: the interval of a mean share is then about a point wide at most. */
const QUERIES = 500

const QueryRow = Type.Union([
  Type.Object({ _id: Type.String(), text: Type.String() }),
  Type.Object({ id: Type.String(), queries: Type.Array(Type.Tuple([Type.String(), Type.String()])) }),
])

/**
 * Up to 500 query texts, spread evenly over the files, in the form in which the service embeds them. Rows are
 * BEIR's queries.jsonl ({_id, text}) or written queries by playlist ({id, queries: [[type, text], ..]}).
 *
 * @throws SegueError `invalid_input` at a bad row, unless `onInvalid` takes it
 */
export async function readQueryTexts(
  files: readonly string[],
  onInvalid?: (row: BadRow) => void,
): Promise<string[]> {
  const texts = spread(QUERIES)
  for (const file of files) {
    for await (const { value, line } of readJsonl(file, QueryRow, { onInvalid })) {
      for (const text of 'text' in value ? [value.text] : value.queries.map(([, text]) => text)) {
        try {
          texts.add(normaliseQuery(text))
        } catch (error) {
          const reason = `${messageOf(error)}: ${JSON.stringify(text.slice(0, 80))}`
          if (!onInvalid)
            throw new SegueError('invalid_input', `${file}:${line}: ${reason}`, { cause: error })
          onInvalid({ file, line, reason })
        }
      }
    }
  }
  return texts.all()
}

/**
 * At most `most` items of a stream of unknown length, evenly spaced and the same on every run: every n-th is kept,
 * and n doubles when twice as many have gathered.
 */
export function spread(most: number): { add(item: string): void; all(): string[] } {
  let kept: string[] = []
  let seen = 0
  let stride = 1
  return {
    add(item) {
      if (seen++ % stride !== 0) return
      kept.push(item)
      if (kept.length <= 2 * most) return
      kept = kept.filter((_, i) => i % 2 === 0)
      stride *= 2
    },
    all() {
      const step = Math.max(1, kept.length / most)
      return Array.from(
        { length: Math.min(most, kept.length) },
        (_, i) => kept[Math.floor(i * step)] as string,
      )
    },
  }
}
