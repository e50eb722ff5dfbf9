import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { Pointer } from 'typebox/value'

const SHOWN_ERRORS = 3
const SHOWN_CHARACTERS = 40

/** A function that says why a value does not fit a schema (field, what would be right, what it is), null where it does. */
export function rowChecker(schema: TSchema): (value: unknown) => string | null {
  const validator = Compile(schema)
  return (value) => {
    if (validator.Check(value)) {
      return hasHalfSurrogate(value) ? 'a string holds half a surrogate pair (a character cut in two)' : null
    }
    return validator
      .Errors(value)
      .slice(0, SHOWN_ERRORS)
      .map(
        (error) => `${error.instancePath || 'the row'} ${expected(error)}${found(value, error.instancePath)}`,
      )
      .join('; ')
  }
}

function expected({ message, params }: { readonly message: string; readonly params: object }): string {
  if (!('allowedValues' in params) || !Array.isArray(params.allowedValues)) return message
  return `must be ${params.allowedValues.map((allowed) => JSON.stringify(allowed)).join(' or ')}`
}

function found(row: unknown, path: string): string {
  if (path === '') return ''
  const value = Pointer.Get(row, path)
  if (value === undefined || (typeof value === 'object' && value !== null)) return ''
  const text = JSON.stringify(value)
  return `, not ${text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}...` : text}`
}

/** JSON can escape half a character, which UTF-8 cannot hold: no database or index would give it back. */
function hasHalfSurrogate(value: unknown): boolean {
  // JSON.stringify escapes halves, and only them, as \ud8xx..\udfxx; a backslash of the text itself comes doubled.
  return /(?<!\\)(?:\\\\)*\\ud[89a-f]/.test(JSON.stringify(value))
}
