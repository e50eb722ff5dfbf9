import { type Scored, trecOrder } from '../../domain/relevance.ts'
import { reportBadRow, writeLines } from '../jsonl.ts'
import { readLines } from '../lines.ts'

/** Rankings by query id. */
export type Run = ReadonlyMap<string, readonly string[]>

/**
 * A TREC run file: `query Q0 document rank score tag`. As trec_eval does, the order is by score, equal scores by id;
 * the rank column is not believed.
 *
 * @throws SegueError `invalid_input` at a row of another form or a document listed twice for one query
 */
export async function readRun(file: string): Promise<Run> {
  const scored = new Map<string, Map<string, number>>()
  for await (const { text, line } of readLines(file)) {
    if (text.trim() === '') continue
    const [query, , id, , score, ...tag] = text.trim().split(/\s+/)
    const value = Number(score)
    if (!query || !id || tag.length !== 1 || !Number.isFinite(value)) {
      reportBadRow({ file, line, reason: 'not a run row: query Q0 document rank score tag' }, {})
      continue
    }
    const documents = scored.get(query) ?? new Map<string, number>()
    if (documents.has(id)) reportBadRow({ file, line, reason: `${query} has ${id} already` }, {})
    scored.set(query, documents.set(id, value))
  }
  return new Map([...scored].map(([query, documents]) => [query, trecOrder(entries(documents))]))
}

/** Writes a run file. The order is what was evaluated, so the score is one over the rank. */
export async function writeRun(file: string, run: Run, tag: string): Promise<void> {
  await writeLines(file, lines(run, tag.replace(/\s+/g, '-')))
}

function* lines(run: Run, tag: string): Generator<string> {
  for (const [query, ranking] of run) {
    for (const [index, id] of ranking.entries()) {
      yield `${query} Q0 ${id} ${index + 1} ${(1 / (index + 1)).toFixed(6)} ${tag}`
    }
  }
}

const entries = (documents: ReadonlyMap<string, number>): Scored[] =>
  [...documents].map(([id, score]) => ({ id, score }))
