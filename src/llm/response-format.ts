import type { TSchema } from 'typebox'
import type { Message } from './llm.ts'

/**
 * How a server is asked for JSON, most binding first. Servers differ: some refuse bounds on strings in a strict
 * schema, some know only "any JSON object", some know nothing. The client steps down where it is refused.
 */
export const RESPONSE_FORMATS = ['json_schema', 'json_schema_portable', 'json_object', 'text'] as const
export type ResponseFormat = (typeof RESPONSE_FORMATS)[number]

interface NamedSchema {
  readonly name: string
  readonly schema: TSchema
}

/** The `response_format` of a chat request; undefined for plain text. */
export function responseFormat(format: ResponseFormat, { name, schema }: NamedSchema) {
  const plain = JSON.parse(JSON.stringify(schema)) as Json
  switch (format) {
    case 'json_schema':
      return jsonSchema(name, plain)
    case 'json_schema_portable':
      return jsonSchema(name, portable(plain))
    case 'json_object':
      return { type: 'json_object' } as const
    case 'text':
      return undefined
  }
}

/** The messages, with the schema in words where the server does not take one. */
export function messagesFor(
  format: ResponseFormat,
  messages: readonly Message[],
  { schema }: NamedSchema,
): Message[] {
  if (format === 'json_schema' || format === 'json_schema_portable') return [...messages]
  const [first, ...rest] = messages
  const rule = `Answer with one JSON object and nothing else. It must fit this JSON schema:\n${JSON.stringify(schema)}`
  if (first?.role !== 'system') return [{ role: 'system', content: rule }, ...messages]
  return [{ role: 'system', content: `${first.content}\n\n${rule}` }, ...rest]
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

const jsonSchema = (name: string, schema: Json) =>
  ({
    type: 'json_schema',
    json_schema: { name, strict: true, schema: closed(schema) as Record<string, unknown> },
  }) as const

/** Strict mode wants every object closed and every property required; the validators here allow the rest. */
function closed(schema: Json): Json {
  return mapSchema(schema, (node) =>
    node.type === 'object' && isObject(node.properties)
      ? { ...node, additionalProperties: false, required: Object.keys(node.properties) }
      : node,
  )
}

/** Keywords that some strict modes refuse. The answer is validated here all the same. */
const BOUNDS = new Set(['minLength', 'maxLength', 'pattern', 'minItems', 'maxItems', 'minimum', 'maximum'])

function portable(schema: Json): Json {
  return mapSchema(schema, (node) =>
    typeof node.type === 'string'
      ? Object.fromEntries(Object.entries(node).filter(([key]) => !BOUNDS.has(key)))
      : node,
  )
}

function mapSchema(node: Json, change: (node: { [key: string]: Json }) => { [key: string]: Json }): Json {
  if (Array.isArray(node)) return node.map((item) => mapSchema(item, change))
  if (!isObject(node)) return node
  return change(
    Object.fromEntries(Object.entries(node).map(([key, value]) => [key, mapSchema(value, change)])),
  )
}

const isObject = (node: Json | undefined): node is { [key: string]: Json } =>
  typeof node === 'object' && node !== null && !Array.isArray(node)
