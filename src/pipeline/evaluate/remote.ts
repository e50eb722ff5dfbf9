import { messageOf, SegueError } from '../../domain/errors.ts'
import type { System } from './system.ts'

const TIMEOUT_MS = 10_000

/**
 * A running Segue server, asked over HTTP as an app asks it, its cache bypassed.
 *
 * @param url e.g. http://127.0.0.1:3000
 */
export function remoteSystem(url: string, name = `service at ${url}`): System {
  return {
    name,
    async rank(query, depth) {
      const { hits } = await ask(url, query, depth)
      return hits.map(({ id }) => id)
    },
  }
}

export interface RemoteAnswer {
  readonly hits: readonly { readonly id: string; readonly score: number }[]
  readonly model: string
  readonly index: string
  readonly degraded: readonly string[]
}

/** @throws SegueError `unavailable` when there is no answer, or one without hits or without a part of the search */
export async function ask(url: string, query: string, limit: number): Promise<RemoteAnswer> {
  const address = new URL('/v1/search', url)
  address.search = new URLSearchParams({ q: query, limit: String(limit) }).toString()
  let answer: RemoteAnswer
  try {
    const response = await fetch(address, {
      headers: { 'cache-control': 'no-cache' },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    if (!response.ok) throw new Error(`status ${response.status}: ${(await response.text()).slice(0, 200)}`)
    answer = (await response.json()) as RemoteAnswer
  } catch (cause) {
    throw new SegueError('unavailable', `${address.origin} did not answer: ${messageOf(cause)}`, {
      field: '--url',
      expected: 'the address of a running Segue server',
      cause,
    })
  }
  if (!Array.isArray(answer.hits)) {
    throw new SegueError('unavailable', `${address.origin} gave an answer without hits`, { field: '--url' })
  }
  if (answer.degraded.length > 0) {
    // A figure measured on half a search would be silently wrong.
    throw new SegueError('unavailable', `${address.origin} answered without ${answer.degraded.join(', ')}`, {
      field: '--url',
    })
  }
  return answer
}
