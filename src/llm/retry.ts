import { setTimeout as sleep } from 'node:timers/promises'

/** Longest wait that an endpoint may ask for; beyond it the run ends, and can be resumed later. */
const LONGEST_WAIT = 15 * 60_000
const FIRST_WAIT = 500
const LONGEST_BACKOFF = 30_000

/** What to do about an error of an endpoint. */
export type Verdict =
  | { readonly retry: true; readonly afterMs?: number | undefined; readonly everyone?: boolean }
  | { readonly retry: false }

export interface Retrying {
  /**
   * Runs a call until it succeeds or an error says that it never will. A wait that the endpoint asks of everyone
   * (429) holds back the other calls too, so that one refusal is not answered by ten more.
   */
  run<T>(call: () => Promise<T>, judge: (error: unknown) => Verdict, signal?: AbortSignal): Promise<T>
}

/** Exponential backoff with full jitter (AWS Architecture Blog, "Exponential Backoff And Jitter", 2015). */
export function openRetrying(retries: number, firstWait = FIRST_WAIT): Retrying {
  let openAt = 0
  const pause = async (signal?: AbortSignal) => {
    for (let wait = openAt - Date.now(); wait > 0; wait = openAt - Date.now()) {
      await sleep(wait, undefined, signal ? { signal } : {})
    }
  }
  return {
    async run(call, judge, signal) {
      for (let attempt = 0; ; attempt++) {
        await pause(signal)
        try {
          return await call()
        } catch (error) {
          const verdict = judge(error)
          if (!verdict.retry || attempt >= retries || signal?.aborted) throw error
          const backoff = Math.random() * Math.min(LONGEST_BACKOFF, firstWait * 2 ** attempt)
          if ((verdict.afterMs ?? 0) > LONGEST_WAIT) throw error
          // Jitter on top of the wait asked for: those held back together must not come back together.
          const wait = verdict.afterMs === undefined ? backoff : verdict.afterMs + Math.random() * firstWait
          if (verdict.everyone) openAt = Math.max(openAt, Date.now() + wait)
          await sleep(wait, undefined, signal ? { signal } : {})
        }
      }
    },
  }
}

/** Milliseconds of a Retry-After header: seconds or an HTTP date (RFC 9110, 10.2.3). */
export function retryAfterMs(header: string | null | undefined, now = Date.now()): number | undefined {
  if (!header) return undefined
  const seconds = Number(header)
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000)
  const date = Date.parse(header)
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}
