import type { Embedder, Role } from '../../embedding/embedder.ts'

/** Texts in flight for each worker: enough that none waits for the next, few enough to keep memory flat. */
const AHEAD = 4

/** Embeds a stream of rows with all workers busy, and yields them in their order. */
export async function* embedInOrder<T>(
  rows: Iterable<T>,
  textOf: (row: T) => string,
  embedder: Embedder,
  role: Role,
): AsyncGenerator<{ readonly row: T; readonly vector: Float32Array }> {
  const inFlight: Promise<{ row: T; vector: Float32Array }>[] = []
  const window = AHEAD * Math.max(1, embedder.info.workers)
  const next = async (): Promise<{ row: T; vector: Float32Array }> =>
    inFlight.shift() as Promise<{ row: T; vector: Float32Array }>
  for (const row of rows) {
    const pending = embedder.embed(textOf(row), role).then(({ vector }) => ({ row, vector }))
    // It may fail while an earlier one is awaited; the failure is seen when its turn comes.
    pending.catch(() => undefined)
    inFlight.push(pending)
    if (inFlight.length >= window) yield await next()
  }
  while (inFlight.length > 0) yield await next()
}
