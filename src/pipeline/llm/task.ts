import { createHash } from 'node:crypto'
import { jsonAnswer } from '../../llm/json-answer.ts'
import type { LlmRequest, Message } from '../../llm/llm.ts'
import type { Journal, JournalEntry } from './journal.ts'

/** A kind of question: how an item becomes a prompt, and how an answer becomes a value. */
export interface LlmTask<Item, Value> {
  /** Letters, digits and hyphens; stands in every custom id. */
  readonly name: string
  /** Raise it with every change of the wording, e.g. `curate/2`: every answer is recorded with it. */
  readonly prompt: string
  readonly system: string
  key(item: Item): string
  /** The user's message: the item as delimited JSON data. */
  user(item: Item): string
  readonly schema: LlmRequest['schema']
  readonly maxTokens: number
  readonly temperature: number
  /** The checked value, or why the answer is refused: the field, a colon, and words that the model can act on. */
  check(item: Item, answer: Record<string, unknown>): Checked<Value>
}

export type Checked<Value> = { readonly value: Value } | { readonly refused: string }

export type Outcome<Item, Value> = {
  readonly item: Item
  /** Answers so far, the last one last. */
  readonly answers: readonly JournalEntry[]
  /** Why answers were refused, one for each refused try. */
  readonly reasons: readonly string[]
} & (
  | { readonly state: 'accepted'; readonly value: Value }
  | { readonly state: 'rejected' }
  | { readonly state: 'pending'; readonly request: LlmRequest }
)

/** Asked, and asked once more with the reason of the refusal. */
const ATTEMPTS = 2
/** Of a refused answer, as much goes back with the reason; it may be endless. */
const QUOTED = 4000

/**
 * Where an item stands, by the journal alone: accepted, rejected after two tries, or pending with the request to
 * send next. Answers are checked again each time, so that a mended check needs no new answers.
 */
export async function outcomeOf<Item, Value>(
  task: LlmTask<Item, Value>,
  item: Item,
  journal: Pick<Journal, 'get'>,
): Promise<Outcome<Item, Value>> {
  const messages: Message[] = [
    { role: 'system', content: task.system },
    { role: 'user', content: task.user(item) },
  ]
  const reasons: string[] = []
  const answers: JournalEntry[] = []
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const request = requestOf(task, item, messages, attempt)
    const answer = await journal.get(request.customId)
    if (!answer) return { state: 'pending', item, request, reasons, answers }
    answers.push(answer)
    const checked = checkContent(task, item, answer)
    if ('value' in checked) return { state: 'accepted', item, reasons, value: checked.value, answers }
    reasons.push(checked.refused)
    messages.push(
      { role: 'assistant', content: answer.content.slice(0, QUOTED) },
      { role: 'user', content: `Your answer was refused: ${checked.refused}. Answer again, as JSON only.` },
    )
  }
  return { state: 'rejected', item, reasons, answers }
}

function checkContent<Item, Value>(
  task: LlmTask<Item, Value>,
  item: Item,
  answer: JournalEntry,
): Checked<Value> {
  const parsed = jsonAnswer(answer.content)
  if (parsed) return task.check(item, parsed)
  return {
    refused: answer.truncated
      ? 'length: the answer is too long and was cut off'
      : 'json: it holds no JSON object',
  }
}

/**
 * The custom id holds a hash of all that is asked: a changed prompt, playlist or schema is a new question. The model
 * is not part of it, so that a run can be finished by another; every answer names its own.
 */
function requestOf<Item, Value>(
  task: LlmTask<Item, Value>,
  item: Item,
  messages: readonly Message[],
  attempt: number,
): LlmRequest {
  const asked = JSON.stringify([task.prompt, messages, task.schema.schema])
  const hash = createHash('sha256').update(asked).digest('hex').slice(0, 12)
  return {
    customId: `${task.name}:${task.key(item)}:${attempt}:${hash}`,
    messages: [...messages],
    schema: task.schema,
    maxTokens: task.maxTokens,
    temperature: task.temperature,
  }
}

/**
 * Data for a prompt, between marks that the data cannot forge: inside JSON no line can begin with the closing mark,
 * since line breaks are escaped.
 */
export function delimitedJson(mark: string, data: unknown): string {
  // U+2028, U+2029 and angle brackets are escaped too: some readers take them for line breaks or tags.
  const json = JSON.stringify(data).replace(
    /[\u2028\u2029<>]/gu,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return `<${mark}>\n${json}\n</${mark}>`
}

/** The step and the item that a custom id names. Keys may hold colons themselves. */
export function parseCustomId(customId: string): { readonly task: string; readonly key: string } {
  const parts = customId.split(':')
  return { task: parts[0] ?? '', key: parts.slice(1, -2).join(':') }
}
