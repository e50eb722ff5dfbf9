import { type Dispatcher, Pool } from 'undici'

export interface Client {
  /** Milliseconds until the whole answer is read. @throws when it is not a 200 */
  get(path: string, headers?: Record<string, string>): Promise<number>
  /** The same with a JSON body. */
  post(path: string, body: object): Promise<number>
  close(): Promise<void>
}

/** Keeps its connections open, as a backend does. Reads answers as they come: its own work is in every latency. */
export function openClient(origin: string, connections: number): Client {
  const pool = new Pool(origin, { connections, pipelining: 1 })
  const ask = (request: Dispatcher.DispatchOptions): Promise<number> =>
    new Promise((resolve, reject) => {
      const start = performance.now()
      let status = 0
      pool.dispatch(request, {
        onRequestStart() {},
        onResponseStart(_, statusCode) {
          status = statusCode
        },
        onResponseData() {},
        onResponseEnd() {
          if (status === 200) resolve(performance.now() - start)
          else reject(new Error(`${request.path} was answered with ${status}`))
        },
        onResponseError: (_, error) => reject(error),
      })
    })
  return {
    get: (path, headers = {}) => ask({ method: 'GET', path, headers }),
    post: (path, body) =>
      ask({
        method: 'POST',
        path,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    close: () => pool.close(),
  }
}

/** Milliseconds of each request of a closed loop: `concurrency` callers, each asks again when it is answered. */
export async function closedLoop(
  origin: string,
  paths: readonly string[],
  concurrency: number,
  headers: Record<string, string> = {},
): Promise<number[]> {
  const client = openClient(origin, concurrency)
  const latencies: number[] = []
  let next = 0
  const caller = async () => {
    for (let path = paths[next++]; path !== undefined; path = paths[next++]) {
      latencies.push(await client.get(path, headers))
    }
  }
  await Promise.all(Array.from({ length: concurrency }, caller))
  await client.close()
  return latencies
}

/** @param share 0..1 */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}
