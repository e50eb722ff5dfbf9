/**
 * Every error that a caller may see, by its stable code. HTTP statuses and exit codes are given to them at the
 * edge (src/http/problem.ts, src/cli.ts), not here.
 */
export const ERROR_CODES = [
  'invalid_request', // a field is missing, unknown or out of its range
  'query_empty',
  'query_too_long',
  'query_malformed', // control characters or lone surrogates
  'not_found',
  'method_not_allowed',
  'request_timeout', // it did not arrive in time
  'unsupported_media_type',
  'body_too_large',
  'headers_too_large',
  'overloaded', // the queue is full: try again after a moment
  'unavailable', // a part that this answer cannot do without is down
  'timeout',
  'shutting_down',
  'invalid_config',
  'invalid_input', // a file given to a command has bad rows
  'invalid_artefact', // a model or index folder is broken, foreign or tampered with
  'incompatible_artefacts', // a model and an index that do not belong together
  'provider_unavailable', // an execution provider was demanded that is not live
  'internal',
] as const
export type ErrorCode = (typeof ERROR_CODES)[number]

export interface ErrorDetail {
  /** Where: a request field, a file and line, an environment variable. */
  readonly field?: string
  /** What would be right. */
  readonly expected?: string
  readonly cause?: unknown
  /** For `overloaded` and `unavailable`: seconds after which a new try makes sense. */
  readonly retryAfter?: number
}

/** An error with a code, the place and what would be right. Its message may be shown to callers as it is. */
export class SegueError extends Error {
  readonly code: ErrorCode
  readonly field: string | undefined
  readonly expected: string | undefined
  readonly retryAfter: number | undefined

  constructor(code: ErrorCode, message: string, detail: ErrorDetail = {}) {
    super(message, { cause: detail.cause })
    this.name = 'SegueError'
    this.code = code
    this.field = detail.field
    this.expected = detail.expected
    this.retryAfter = detail.retryAfter
  }
}

/** What was thrown, as a message: a library may throw anything. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
