import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { STAGES, type Took } from './stages.ts'

/** What a search reports of itself. */
export interface SearchReport {
  readonly took: Took
  readonly cache: string
  readonly degraded: readonly string[]
  /** Later pages say nothing of an answer's quality. */
  readonly firstPage: boolean
  readonly topScore: number | null
}

/** The state of the engines, read at scrape time. */
export interface Engines {
  embedder(): { readonly queued: number; readonly workersUp: number; readonly workersReplaced: number }
  cache(): { readonly redisUp: boolean | null; readonly counts: object }
  events(): { readonly searchesDropped: number }
}

export interface Metrics {
  /** The text that Prometheus scrapes, and its content type. */
  scrape(): Promise<{ readonly contentType: string; readonly body: string }>
  request(route: string, method: string, status: number, seconds: number): void
  search(report: SearchReport): void
  /** What is live: one series with the value 1 and the facts as labels. */
  info(labels: Readonly<Record<'model' | 'index' | 'provider' | 'precision' | 'version', string>>): void
  eventsAccepted(count: number): void
}

const STAGE_BUCKETS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1]
const REQUEST_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]
const SCORE_BUCKETS = Array.from({ length: 10 }, (_, i) => (i + 1) / 10)

/** Opens the metrics of one service. Each has its own registry, so that several live side by side in tests. */
export function openMetrics(engines: Engines): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })

  const stage = new Histogram({
    name: 'segue_stage_seconds',
    help: 'Time of each stage of a search',
    labelNames: ['stage'],
    buckets: STAGE_BUCKETS,
    registers,
  })
  for (const name of STAGES) stage.zero({ stage: name })
  const requests = new Histogram({
    name: 'segue_http_request_seconds',
    help: 'Time of a request by route and status',
    labelNames: ['route', 'method', 'status'],
    buckets: REQUEST_BUCKETS,
    registers,
  })
  const searches = new Counter({
    name: 'segue_searches_total',
    help: 'Searches by cache state and missing part',
    labelNames: ['cache', 'degraded'],
    registers,
  })
  const empty = new Counter({
    name: 'segue_empty_answers_total',
    help: 'Searches without any hit',
    registers,
  })
  const topScore = new Histogram({
    name: 'segue_top_score',
    help: 'Score of the first hit: its distribution drifts when model, index or listeners change',
    buckets: SCORE_BUCKETS,
    registers,
  })
  const info = new Gauge({
    name: 'segue_info',
    help: 'What is live, as labels',
    labelNames: ['model', 'index', 'provider', 'precision', 'version'],
    registers,
  })
  const events = new Counter({
    name: 'segue_events_accepted_total',
    help: 'Behaviour events written',
    registers,
  })
  read(
    registers,
    'segue_embed_queue',
    'Texts waiting for an embedding thread',
    () => engines.embedder().queued,
  )
  read(registers, 'segue_embed_workers', 'Embedding threads that are up', () => engines.embedder().workersUp)
  read(
    registers,
    'segue_embed_workers_replaced',
    'Embedding threads that died or hung and were replaced',
    () => engines.embedder().workersReplaced,
  )
  read(
    registers,
    'segue_searches_not_logged',
    'Searches that the behaviour log could not keep up with',
    () => engines.events().searchesDropped,
  )
  read(registers, 'segue_redis_up', 'Whether Redis answers; NaN without one', () => {
    const up = engines.cache().redisUp
    return up === null ? Number.NaN : Number(up)
  })
  new Gauge({
    name: 'segue_cache_events',
    help: 'What the cache met since the start, by kind',
    labelNames: ['event'],
    registers,
    collect() {
      for (const [event, count] of Object.entries(engines.cache().counts)) this.set({ event }, Number(count))
    },
  })

  return {
    async scrape() {
      return { contentType: registry.contentType, body: await registry.metrics() }
    },
    request: (route, method, status, seconds) => requests.observe({ route, method, status }, seconds),
    search(report) {
      for (const name of STAGES) {
        const milliseconds = report.took[name]
        if (milliseconds !== undefined) stage.observe({ stage: name }, milliseconds / 1000)
      }
      searches.inc({ cache: report.cache, degraded: report.degraded.join(',') || 'none' })
      if (!report.firstPage) return
      if (report.topScore === null) empty.inc()
      else topScore.observe(report.topScore)
    },
    info: (labels) => info.set(labels, 1),
    eventsAccepted: (count) => events.inc(count),
  }
}

function read(registers: Registry[], name: string, help: string, value: () => number): void {
  new Gauge({
    name,
    help,
    registers,
    collect() {
      this.set(value())
    },
  })
}
