import { openInlineEmbedder } from '../src/embedding/inline-embedder.ts'
import { closedLoop, openClient, percentile } from './load.ts'
import { demoQueries } from './queries.ts'
import { startServer } from './server.ts'

// One run, everything side by side: rounds take turns, so that a noisy neighbour is noise in all rows alike.
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5)
const PER_ROUND = 400
const CONCURRENCY = [1, 8, 32]
const BARE = 'bare inference (tokenise + run)'
const BARE_IN_TURN = 'bare inference, in turn with searches'
const SEARCH_IN_TURN = 'search, uncached, in turn with it'
const FLOOR = 'embedding thread behind bare HTTP'
const ROUTE_IN_TURN = 'bare route (/livez), in turn with both'

const modelDir = process.env.MODEL_DIR ?? 'models/segue-minilm-v1'
const queries = Array.from(
  { length: ROUNDS * PER_ROUND },
  (_, i) => demoQueries[i % demoQueries.length] ?? '',
)
const path = (q: string) => `/v1/search?q=${encodeURIComponent(q)}`
const UNCACHED = { 'cache-control': 'no-cache' }

const rows = new Map<string, number[]>()
const record = (row: string, latencies: number[]) => rows.set(row, [...(rows.get(row) ?? []), ...latencies])

const embedder = await openInlineEmbedder({ modelDir })
const server = await startServer({ MODEL_DIR: modelDir, LOG_LEVEL: 'info' })
const floor = await startServer({ MODEL_DIR: modelDir }, ['--import', 'tsx', 'bench/floor.ts'])
try {
  for (const q of queries.slice(0, 100)) await embedder.embed(q, 'query')
  await closedLoop(server.origin, queries.slice(0, 200).map(path), 1, UNCACHED)
  await closedLoop(floor.origin, queries.slice(0, 200).map(path), 1)
  const cachedPaths = queries.slice(0, 50).map(path)
  await closedLoop(server.origin, cachedPaths, 1)

  for (let round = 0; round < ROUNDS; round++) {
    const texts = queries.slice(round * PER_ROUND, (round + 1) * PER_ROUND)
    const paths = texts.map(path)
    record(BARE, await inference(texts))
    record(FLOOR, await closedLoop(floor.origin, paths, 1))
    const turns = await inTurn(texts)
    record(BARE_IN_TURN, turns.inferred)
    record(SEARCH_IN_TURN, turns.searched)
    record(ROUTE_IN_TURN, turns.routed)
    for (const concurrency of CONCURRENCY) {
      record(
        `search, uncached, concurrency ${concurrency}`,
        await closedLoop(server.origin, paths, concurrency, UNCACHED),
      )
    }
    const repeated = Array.from({ length: PER_ROUND }, (_, i) => cachedPaths[i % cachedPaths.length] ?? '')
    record('search, cached, concurrency 1', await closedLoop(server.origin, repeated, 1))
    record(
      'bare route (/livez), concurrency 1',
      await closedLoop(server.origin, Array(PER_ROUND).fill('/livez'), 1),
    )
    process.stderr.write(`round ${round + 1} of ${ROUNDS}\n`)
  }
  report(await residentMb(server.origin))
} finally {
  await embedder.close()
  await server.close()
  await floor.close()
}

async function inference(texts: readonly string[]): Promise<number[]> {
  const latencies: number[] = []
  for (const text of texts) {
    const start = performance.now()
    await embedder.embed(text, 'query')
    latencies.push(performance.now() - start)
  }
  return latencies
}

/**
 * Inference and requests take turns, so that all meet the same neighbours, clock and cold caches: a service at
 * concurrency 1 waits between requests, and so does here what it is compared with.
 */
async function inTurn(texts: readonly string[]) {
  const turns = { inferred: [] as number[], searched: [] as number[], routed: [] as number[] }
  const client = openClient(server.origin, 1)
  for (const text of texts) {
    turns.inferred.push(...(await inference([text])))
    turns.searched.push(await client.get(path(text), UNCACHED))
    turns.inferred.push(...(await inference([text])))
    turns.routed.push(await client.get('/livez'))
  }
  await client.close()
  return turns
}

function report(residentMb: number): void {
  const median = (row: string) => percentile(rows.get(row) ?? [], 0.5)
  const bare = median(BARE)
  const ratio = (row: string, to: string) => (median(row) / median(to)).toFixed(2)
  const table = [...rows].map(([row, latencies]) => {
    const ms = (share: number) => percentile(latencies, share).toFixed(2)
    const p50 = percentile(latencies, 0.5)
    return `| ${row.padEnd(38)} | ${ms(0.5)} | ${ms(0.95)} | ${ms(0.99)} | ${(p50 / bare).toFixed(2)} |`
  })
  process.stdout.write(
    [
      `${ROUNDS} rounds of ${PER_ROUND} queries each; milliseconds`,
      `| ${'what'.padEnd(38)} | p50 | p95 | p99 | p50 / bare inference |`,
      `|${'-'.repeat(40)}|---:|---:|---:|---:|`,
      ...table,
      '',
      `in turn: search / bare inference = ${ratio(SEARCH_IN_TURN, BARE_IN_TURN)} (p50)`,
      `start to ready: ${server.readyMs} ms; resident after the load: ${residentMb} MB`,
      '',
    ].join('\n'),
  )
}

async function residentMb(origin: string): Promise<number> {
  const metrics = await (await fetch(`${origin}/metrics`)).text()
  return Math.round(Number(/^process_resident_memory_bytes (\S+)/m.exec(metrics)?.[1]) / 1_048_576)
}
