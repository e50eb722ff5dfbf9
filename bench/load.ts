import { Pool } from 'undici'

/** Milliseconds of each request of a closed loop: `concurrency` callers, each asks again when it is answered. */
export async function closedLoop(
  origin: string,
  paths: readonly string[],
  concurrency: number,
  headers: Record<string, string> = {},
): Promise<number[]> {
  const pool = new Pool(origin, { connections: concurrency, pipelining: 1 })
  const latencies: number[] = []
  let next = 0
  const caller = async () => {
    for (let path = paths[next++]; path !== undefined; path = paths[next++]) {
      const start = performance.now()
      const { statusCode, body } = await pool.request({ method: 'GET', path, headers })
      await body.arrayBuffer()
      if (statusCode !== 200) throw new Error(`${path} was answered with ${statusCode}`)
      latencies.push(performance.now() - start)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, caller))
  await pool.close()
  return latencies
}

/** @param share 0..1 */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}
