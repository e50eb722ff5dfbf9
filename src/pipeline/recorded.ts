import { stat } from 'node:fs/promises'
import { defineCommand } from 'citty'
import { Type } from 'typebox'
import { SegueError } from '../domain/errors.ts'
import { inputFiles } from './corpus.ts'
import { readJsonl, writeJsonl } from './jsonl.ts'
import { labelKey } from './label/task.ts'
import { readLines } from './lines.ts'
import { BatchRequest, batchResponse } from './llm/batch.ts'
import { parseCustomId } from './llm/task.ts'
import { queryId } from './query-set.ts'

const ById = Type.Object({ id: Type.String({ minLength: 1 }) })
const Written = Type.Object({
  id: Type.String(),
  queries: Type.Array(Type.Tuple([Type.String(), Type.String()])),
})

/**
 * Answers that a model gave elsewhere, by the key of the item that they answer, as JSON text: what stands in for an
 * endpoint where there is none.
 */
async function readAnswers(task: string, file: string): Promise<Map<string, string>> {
  const answers = new Map<string, string>()
  switch (task) {
    case 'curate':
      for await (const { value } of readJsonl(file, ById)) {
        const { id, ...answer } = value
        answers.set(id, JSON.stringify(answer))
      }
      return answers
    case 'queries':
      for await (const { value } of readJsonl(file, Written)) {
        const queries = value.queries.map(([intent, text]) => ({ intent, text }))
        answers.set(value.id, JSON.stringify({ queries }))
      }
      return answers
    case 'label':
      for await (const { text, line } of readLines(file)) {
        const [query = '', id = '', grade = '', reason = '', source] = text.split('\t')
        if (line === 1) continue
        const key = labelKey(queryId(query), id, source === 'probe')
        answers.set(key, JSON.stringify({ reason, grade: Number(grade) }))
      }
      return answers
    default:
      throw new SegueError('invalid_input', `No recorded form is known for the step "${task}"`)
  }
}

/** Writes batch responses to batch requests from recorded answers. Returns how many requests had one. */
export async function answerFromRecord(
  requests: string,
  answerFiles: readonly string[],
  out: string,
  model: string,
): Promise<{ readonly answered: number; readonly missing: number }> {
  const recorded = new Map<string, Map<string, string>>()
  const times = await Promise.all(answerFiles.map(async (file) => (await stat(file)).mtimeMs))
  const created = Math.floor(Math.max(...times) / 1000)
  let answered = 0
  let missing = 0
  async function* responses() {
    for await (const { value } of readJsonl(requests, BatchRequest)) {
      const { task, key } = parseCustomId(value.custom_id)
      let answers = recorded.get(task)
      if (!answers) {
        const read = await Promise.all(answerFiles.map((file) => readAnswers(task, file)))
        answers = new Map(read.flatMap((map) => [...map]))
        recorded.set(task, answers)
      }
      const answer = answers.get(key)
      if (answer === undefined) {
        missing++
        continue
      }
      answered++
      yield batchResponse(value.custom_id, answer, model, created)
    }
  }
  await writeJsonl(out, responses())
  return { answered, missing }
}

export const recorded = defineCommand({
  meta: { name: 'recorded', description: 'Answer batch requests from answers that were recorded elsewhere' },
  args: {
    requests: { type: 'positional', description: 'Batch requests of a step (--batch-out)', required: true },
    answers: {
      type: 'string',
      description: 'Recorded answers; several with commas',
      required: true,
      valueHint: 'FILE',
    },
    out: {
      type: 'string',
      description: 'Batch responses, for --batch-in',
      required: true,
      valueHint: 'FILE',
    },
    model: { type: 'string', description: 'Who gave the answers', default: 'recorded' },
  },
  async run({ args }) {
    const files = inputFiles(args.answers.split(','), '--answers')
    const [requests = ''] = inputFiles([args.requests], 'requests')
    const { answered, missing } = await answerFromRecord(requests, files, args.out, args.model)
    process.stdout.write(
      `${answered} requests answered from the record, ${missing} have no recorded answer\n`,
    )
  },
})
