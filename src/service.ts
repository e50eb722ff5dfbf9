import { basename } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { openCache } from './cache/open.ts'
import { type Config, executionProviders } from './config.ts'
import { defaultWorkers, openEmbedder } from './embedding/pool.ts'
import { buildApp } from './http/app.ts'
import { openBundle } from './index-bundle/open.ts'
import { NO_ANSWER_BELOW } from './search/rank.ts'
import { createSearch } from './search/search.ts'
import { openMetrics } from './telemetry/metrics.ts'
import { VERSION } from './version.ts'

/** Texts that warm the model and the index before the first listener does. */
const WARM_UP = ['rainy sunday indie folk', '90s eurodance', 'bossa nova dinner', 'songs to lift heavy to']

export interface Service {
  readonly app: FastifyInstance
  /** Stops taking requests, answers those in flight, then closes the engines in reverse order. */
  close(): Promise<void>
}

/**
 * Opens everything a search needs: the model, then the index that was made with it, then the cache. When this
 * resolves the service is verified and warm; it is not listening yet.
 *
 * @throws SegueError with a sentence that says what to do, when a part is broken or does not fit another
 */
export async function openService(config: Config): Promise<Service> {
  const opened: (() => unknown)[] = []
  const close = async () => {
    for (const undo of opened.splice(0).reverse()) await undo()
  }
  try {
    const embedder = await openEmbedder({
      modelDir: config.MODEL_DIR,
      workers: config.EMBED_WORKERS || defaultWorkers(),
      providers: executionProviders(config),
      strict: config.STRICT_PROVIDERS,
      maxQueue: config.EMBED_QUEUE_MAX,
      timeoutMs: config.EMBED_TIMEOUT_MS,
      batch: { max: config.EMBED_BATCH_MAX, waitMs: config.EMBED_BATCH_WAIT_MS },
    })
    opened.push(() => embedder.close())
    const bundle = await openBundle(config.INDEX_DIR, embedder.info)
    opened.push(() => bundle.close())
    const cache = await openCache({
      redisUrl: config.REDIS_URL,
      redisTimeoutMs: config.REDIS_TIMEOUT_MS,
      ttlSeconds: config.CACHE_TTL_SECONDS,
      ttlJitter: config.CACHE_TTL_JITTER,
      memoryEntries: config.CACHE_MEMORY_ENTRIES,
      memoryBytes: config.CACHE_MEMORY_MB * 1_048_576,
    })
    opened.push(() => cache.close())

    const search = createSearch({
      embedder,
      cache,
      retriever: bundle.retriever,
      catalog: bundle.catalog,
      indexFingerprint: bundle.manifest.fingerprint,
      depth: config.CANDIDATES,
      floor: config.MIN_SCORE >= 0 ? config.MIN_SCORE : NO_ANSWER_BELOW,
    })
    const metrics = openMetrics({
      queued: () => embedder.status().queued,
      workersUp: () => embedder.status().workersUp,
      redisUp: () => cache.status().redisUp,
    })
    const about = {
      version: VERSION,
      index: {
        name: basename(config.INDEX_DIR),
        fingerprint: bundle.manifest.fingerprint,
        documentVersion: bundle.manifest.documentVersion,
        counts: bundle.manifest.counts,
        recallAt10: bundle.manifest.recallAt10,
      },
    }
    metrics.info({
      model: embedder.info.model,
      index: about.index.fingerprint.slice(0, 12),
      provider: embedder.info.provider,
      precision: embedder.info.precision,
      version: VERSION,
    })
    for (const q of WARM_UP) {
      await search.search({
        q,
        filter: {},
        limit: 10,
        offset: 0,
        groupByKind: true,
        explain: true,
        bypassCache: true,
      })
    }
    const app = await buildApp({
      search,
      embedder,
      cache,
      metrics,
      about,
      catalog: bundle.catalog,
      logQueries: config.LOG_QUERIES,
      logger: config.LOG_LEVEL === 'silent' ? false : { level: config.LOG_LEVEL },
      trustProxy: config.TRUST_PROXY,
      bodyLimit: config.BODY_LIMIT_BYTES,
    })
    opened.push(() => app.close())
    return { app, close }
  } catch (error) {
    await close()
    throw error
  }
}
