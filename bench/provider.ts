/**
 * What an execution provider serves: texts embedded and uncached searches answered per second, in closed loops. The
 * service is started with the environment that this is run with:
 *
 *   EXECUTION_PROVIDERS=cuda EMBED_BATCH_MAX=1 npx tsx bench/provider.ts     # after npm run build
 */
import PQueue from 'p-queue'
import { openClient, percentile } from './load.ts'
import { demoQueries } from './queries.ts'
import { startServer } from './server.ts'

const CONCURRENCY = [1, 32, 128]

const server = await startServer()
try {
  const { embedding } = (await (await fetch(`${server.origin}/v1/info`)).json()) as {
    embedding: { provider: string; workers: number }
  }
  process.stdout.write(
    `${embedding.provider}, workers: ${embedding.workers}, ready in ${server.readyMs} ms\n`,
  )
  for (const concurrency of CONCURRENCY) {
    const client = openClient(server.origin, concurrency)
    await measure('embeddings', concurrency, (input) => client.post('/v1/embeddings', { input }))
    await measure('searches', concurrency, (q) =>
      client.get(`/v1/search?q=${encodeURIComponent(q)}`, { 'cache-control': 'no-cache' }),
    )
    await client.close()
  }
} finally {
  await server.close()
}

/** Prints the rate and the median latency of one request a text, after a tenth as many to warm up. */
async function measure(what: string, concurrency: number, ask: (text: string) => Promise<number>) {
  const asked = demoQueries.slice(0, 400 + 20 * concurrency)
  const queue = new PQueue({ concurrency })
  await queue.addAll(asked.slice(0, asked.length / 10).map((text) => () => ask(text)))
  const start = performance.now()
  const latencies = await queue.addAll(asked.map((text) => () => ask(text)))
  const rate = (asked.length / (performance.now() - start)) * 1000
  process.stdout.write(
    `${what}, ${concurrency} at a time: ${rate.toFixed(0)}/s, p50 ${percentile(latencies, 0.5).toFixed(1)} ms\n`,
  )
}
