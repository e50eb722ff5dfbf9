import { Compile } from 'typebox/compile'
import { ListenerEvent } from './event.ts'

export const MAX_EVENTS = 100

/** What is wrong with a request, in the words of problem details. */
export interface EventProblem {
  /** E.g. `events.3.seconds`. */
  readonly field: string
  readonly detail: string
  readonly expected: string
}

export type ParsedEvents =
  | { readonly ok: true; readonly events: readonly ListenerEvent[] }
  | { readonly ok: false; readonly problems: readonly EventProblem[] }

const validator = Compile(ListenerEvent)
/** As JSON Schema, which it is: the library's types hide the limits. */
const properties: unknown = ListenerEvent.properties

/**
 * The events of a request body `{"events": [...]}`, 1 to 100 of them. All or none: a batch with one bad event is
 * refused with a problem for each bad one, so that a repaired batch can be sent again as a whole.
 */
export function parseEvents(body: unknown): ParsedEvents {
  const batch = isObject(body) && Object.keys(body).length === 1 ? body.events : undefined
  if (!Array.isArray(batch) || batch.length < 1 || batch.length > MAX_EVENTS) {
    const detail = Array.isArray(batch)
      ? `There are ${batch.length} events`
      : 'The body is no batch of events'
    const expected = `{"events": [...]} with 1 to ${MAX_EVENTS} events and nothing else`
    return { ok: false, problems: [{ field: 'events', detail, expected }] }
  }
  const problems = batch.flatMap((event: unknown, index) => problemOf(event, index) ?? [])
  return problems.length > 0 ? { ok: false, problems } : { ok: true, events: batch as ListenerEvent[] }
}

function problemOf(event: unknown, index: number): EventProblem | undefined {
  const at = `events.${index}`
  if (!isObject(event)) return { field: at, detail: 'It is no object', expected: 'an event' }
  const unknown = Object.keys(event).find((name) => !(name in ListenerEvent.properties))
  if (unknown !== undefined) {
    const expected = `only ${Object.keys(ListenerEvent.properties).join(', ')}`
    return { field: `${at}.${unknown}`, detail: 'There is no such field', expected }
  }
  const missing = ListenerEvent.required.find((name) => event[name] === undefined)
  if (missing !== undefined)
    return { field: `${at}.${missing}`, detail: 'It is missing', expected: rule(missing) }
  if (!validator.Check(event)) {
    const [error] = validator.Errors(event)
    const name = error?.instancePath.split('/')[1] ?? ''
    return { field: `${at}.${name}`, detail: error?.message ?? 'It is not valid', expected: rule(name) }
  }
  if (event.seconds !== undefined && event.type !== 'play') {
    return {
      field: `${at}.seconds`,
      detail: `A ${event.type} has no seconds`,
      expected: 'seconds with play only',
    }
  }
  return undefined
}

/** What would be right, out of the schema. */
function rule(name: string): string {
  const schema = (properties as Readonly<Record<string, Readonly<Record<string, unknown>>>>)[name]
  if (!schema) return 'see /docs'
  if (Array.isArray(schema.enum)) return `one of ${schema.enum.join(', ')}`
  const limits = ['minimum', 'maximum', 'maxLength', 'pattern', 'format']
    .filter((limit) => schema[limit] !== undefined)
    .map((limit) => `${limit} ${schema[limit]}`)
  return [schema.type, ...limits].join(', ')
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
