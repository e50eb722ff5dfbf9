/** Longer than any healthy answer; a listener would have given up. */
const PATIENCE_MS = 10_000

/** Why a request has no answer. `code` is the API's own, or `offline`, `unreachable`, `slow`. */
export class Failure extends Error {
  constructor(code, message, problem = {}) {
    super(message)
    this.code = code
    this.expected = problem.expected
    this.requestId = problem.requestId
  }
}

/**
 * Both shelves for a query, or one page of one shelf.
 *
 * @param {{ query: string, eras: string[], languages: string[] }} search
 * @param {{ limit: number, offset?: number, kind?: 'editorial' | 'community' }} page
 * @param {AbortSignal} signal
 * @throws {Failure}
 */
export function searchPlaylists({ query, eras, languages }, page, signal) {
  const body = { q: query, group: 'kind', explain: true, ...page }
  if (eras.length > 0) body.eras = eras
  if (languages.length > 0) body.languages = languages
  // A body has room for whatever is pasted; the API then says itself how long a query may be.
  return request('/v1/search', signal, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
}

/** One playlist with all its tracks. */
export const playlist = (id, signal) => request(`/v1/playlists/${encodeURIComponent(id)}`, signal)

/** Playlists close in meaning to a playlist. */
export const similarPlaylists = (id, limit, signal) =>
  request(`/v1/playlists/${encodeURIComponent(id)}/similar?limit=${limit}`, signal)

/** What is live: model, index, how many playlists. */
export const info = () => request('/v1/info', new AbortController().signal)

async function request(path, signal, init = {}) {
  const timeout = AbortSignal.timeout(PATIENCE_MS)
  let response
  try {
    response = await fetch(path, { ...init, signal: AbortSignal.any([signal, timeout]) })
    if (response.ok) return await response.json()
  } catch (error) {
    if (signal.aborted) throw error
    if (timeout.aborted) throw new Failure('slow', `No answer within ${PATIENCE_MS / 1000} seconds.`)
    if (!navigator.onLine) throw new Failure('offline', 'This device has no connection.')
    throw new Failure('unreachable', 'The service did not answer: it may be restarting.')
  }
  throw await failureOf(response)
}

async function failureOf(response) {
  // A proxy in between answers in its own way, not with problem details.
  const problem = await response.json().catch(() => ({}))
  const message = problem.detail ?? `The service answered with status ${response.status}.`
  return new Failure(problem.code ?? 'unreachable', message, problem)
}
