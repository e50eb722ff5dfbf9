import { basename } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { openCache } from './cache/open.ts'
import { type Config, executionProviders } from './config.ts'
import { defaultWorkers, openEmbedder } from './embedding/pool.ts'
import { type EventLogOptions, openEventLog } from './events/open.ts'
import { buildApp } from './http/app.ts'
import { openBundle } from './index-bundle/open.ts'
import { NO_ANSWER_BELOW } from './search/rank.ts'
import { createSearch, type Search } from './search/search.ts'
import { type Logger, openLog } from './telemetry/log.ts'
import { openMetrics } from './telemetry/metrics.ts'
import { VERSION } from './version.ts'

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
export async function openService(config: Config, log = openLog(config.LOG_LEVEL)): Promise<Service> {
  const opened: (() => unknown)[] = []
  const close = async () => {
    for (const undo of opened.splice(0).reverse()) await undo()
  }
  const keep = <Part extends { close(): unknown }>(part: Part): Part => {
    opened.push(() => part.close())
    return part
  }
  try {
    const embedder = keep(await openEmbedder(embedderOptions(config)))
    for (const failure of embedder.info.providerFailures) log.warn(failure, 'execution provider is not live')
    const bundle = keep(await openBundle(config.INDEX_DIR, embedder.info))
    const cache = keep(await openCache(cacheOptions(config, log)))
    const events = keep(await openEventLog(eventLogOptions(config, log)))

    const { manifest, retriever, catalog } = bundle
    const search = createSearch({
      embedder,
      cache,
      retriever,
      catalog,
      indexFingerprint: manifest.fingerprint,
      depth: config.CANDIDATES,
      floor: config.MIN_SCORE >= 0 ? config.MIN_SCORE : NO_ANSWER_BELOW,
    })
    await warmUp(search)

    const metrics = openMetrics({
      embedder: () => embedder.status(),
      cache: () => cache.status(),
      events: () => events.status(),
    })
    const { fingerprint, documentVersion, counts, recallAt10 } = manifest
    const { model, provider, precision } = embedder.info
    metrics.info({ model, index: fingerprint.slice(0, 12), provider, precision, version: VERSION })
    const app = await buildApp({
      search,
      embedder,
      cache,
      events,
      metrics,
      catalog,
      log,
      about: {
        version: VERSION,
        index: { name: basename(config.INDEX_DIR), fingerprint, documentVersion, counts, recallAt10 },
      },
      logQueries: config.LOG_QUERIES,
      trustProxy: config.TRUST_PROXY,
      bodyLimit: config.BODY_LIMIT_BYTES,
    })
    keep(app)
    return { app, close }
  } catch (error) {
    await close()
    throw error
  }
}

function embedderOptions(config: Config) {
  return {
    modelDir: config.MODEL_DIR,
    workers: config.EMBED_WORKERS || defaultWorkers(),
    providers: executionProviders(config),
    strict: config.STRICT_PROVIDERS,
    maxQueue: config.EMBED_QUEUE_MAX,
    timeoutMs: config.EMBED_TIMEOUT_MS,
    batch: { max: config.EMBED_BATCH_MAX, waitMs: config.EMBED_BATCH_WAIT_MS },
  }
}

function cacheOptions(config: Config, log: Logger) {
  return {
    redisUrl: config.REDIS_URL,
    redisTimeoutMs: config.REDIS_TIMEOUT_MS,
    ttlSeconds: config.CACHE_TTL_SECONDS,
    ttlJitter: config.CACHE_TTL_JITTER,
    memoryEntries: config.CACHE_MEMORY_ENTRIES,
    memoryBytes: config.CACHE_MEMORY_MB * 1_048_576,
    onEvent: ({ type, ...more }: { readonly type: string }) =>
      type === 'redis_up' ? log.info(more, 'Redis answers') : log.warn(more, `cache: ${type}`),
  }
}

function eventLogOptions(config: Config, log: Logger): EventLogOptions {
  const common = { salt: config.EVENTS_SALT, onWarning: (reason: string) => log.warn(reason) }
  switch (config.EVENTS) {
    case 'off':
      return { kind: 'off' }
    case 'jsonl':
      return { kind: 'jsonl', folder: config.EVENTS_DIR, ...common }
    case 'redis':
      return { kind: 'redis', url: config.EVENTS_REDIS_URL || config.REDIS_URL, ...common }
  }
}

/** The first listener should not pay for lazy compilation and cold pages. */
async function warmUp(search: Search): Promise<void> {
  for (const q of [
    'rainy sunday indie folk',
    '90s eurodance',
    'bossa nova dinner',
    'songs to lift heavy to',
  ]) {
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
}
