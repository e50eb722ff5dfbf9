/**
 * The least that a service takes which embeds outside its event loop: Node's own HTTP server and one thread with the
 * model, without framework, validation, queue, retrieval and records. What it takes more than bare inference is the
 * machine's: sockets, threads that wake, caches that cooled. main.ts starts it beside the service.
 */
import { createServer } from 'node:http'
import { isMainThread, parentPort, workerData } from 'node:worker_threads'
import { openInlineEmbedder } from '../src/embedding/inline-embedder.ts'
import { startThread } from '../src/embedding/thread.ts'

if (isMainThread) await serve()
else await embedForEver(workerData as string)

async function serve(): Promise<void> {
  const start = performance.now()
  const worker = startThread(new URL(import.meta.url), { workerData: process.env.MODEL_DIR })
  const next = () => new Promise((resolve) => worker.once('message', resolve))
  await next()
  // One caller, who waits for each answer: no two texts are ever under way.
  const server = createServer(async ({ url = '/' }, response) => {
    const vector = next()
    worker.postMessage(new URL(url, 'http://localhost').searchParams.get('q') ?? '')
    response.end(String(((await vector) as Float32Array).length))
  })
  server.listen(Number(process.env.PORT), process.env.HOST, () => {
    process.stdout.write(`${JSON.stringify({ readyMs: performance.now() - start })}\n`)
  })
  process.once('SIGTERM', () => process.exit())
}

async function embedForEver(modelDir: string): Promise<void> {
  const embedder = await openInlineEmbedder({ modelDir })
  parentPort?.on('message', async (text: string) => {
    parentPort?.postMessage((await embedder.embed(text, 'query')).vector)
  })
  parentPort?.postMessage('ready')
}
