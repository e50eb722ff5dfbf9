/** What `within` throws. */
export class DeadlineError extends Error {
  constructor(ms: number) {
    super(`no answer within ${ms} ms`)
    this.name = 'DeadlineError'
  }
}

/**
 * The work's result, or DeadlineError after `ms` milliseconds; the work itself goes on and its end is ignored.
 *
 * When the event loop was busy, the timer is late and the answer may lie in the socket already. The look at the
 * sockets comes after the timers in Node's loop, hence the `setImmediate`: our own slowness is not the server's.
 */
export async function within<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => setImmediate(() => reject(new DeadlineError(ms))), ms)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
