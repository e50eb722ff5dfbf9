import { Agent, fetch } from 'undici'

type Fetch = typeof globalThis.fetch

/**
 * HTTP without limits of its own: Node's built-in fetch gives up after 300 seconds without headers, which a model on
 * a CPU may well take for an answer. The caller's deadline is the only one.
 */
export function patientFetch(): Fetch {
  const dispatcher = new Agent({ headersTimeout: 0, bodyTimeout: 0 })
  const send = (url: string, init: Parameters<typeof fetch>[1]) => fetch(url, { ...init, dispatcher })
  return send as unknown as Fetch
}
