import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { STAGES, type Took } from './stages.ts'

/** What a search reports of itself. */
export interface SearchReport {
  readonly took: Took
  readonly cache: string
  readonly degraded: readonly string[]
  readonly hits: number
  readonly topScore: number | null
}

/** Values read at scrape time. */
export interface Gauges {
  queued(): number
  workersUp(): number
  redisUp(): boolean | null
}

export interface Metrics {
  /** The text that Prometheus scrapes, and its content type. */
  scrape(): Promise<{ readonly contentType: string; readonly body: string }>
  request(route: string, method: string, status: number, seconds: number): void
  search(report: SearchReport): void
  /** What is live: one series with the value 1 and the facts as labels. */
  info(labels: Readonly<Record<'model' | 'index' | 'provider' | 'precision' | 'version', string>>): void
  count(what: 'events_accepted' | 'events_dropped', n: number): void
}

const STAGE_BUCKETS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1]
const REQUEST_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]
const SCORE_BUCKETS = Array.from({ length: 10 }, (_, i) => (i + 1) / 10)

/** Opens the metrics of one service. Each has its own registry, so that several live side by side in tests. */
export function openMetrics(gauges: Gauges): Metrics {
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
  const counts = {
    events_accepted: new Counter({
      name: 'segue_events_accepted_total',
      help: 'Behaviour events written',
      registers,
    }),
    events_dropped: new Counter({
      name: 'segue_events_dropped_total',
      help: 'Search records that the behaviour log could not take',
      registers,
    }),
  }
  observe(registers, 'segue_embed_queue', 'Texts waiting for an embedding thread', gauges.queued)
  observe(registers, 'segue_embed_workers', 'Embedding threads that are up', gauges.workersUp)
  observe(registers, 'segue_redis_up', 'Whether Redis answers; NaN without one', () => {
    const up = gauges.redisUp()
    return up === null ? Number.NaN : Number(up)
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
      if (report.topScore === null) empty.inc()
      else topScore.observe(report.topScore)
    },
    info: (labels) => info.set(labels, 1),
    count: (what, n) => counts[what].inc(n),
  }
}

function observe(registers: Registry[], name: string, help: string, read: () => number): void {
  new Gauge({
    name,
    help,
    registers,
    collect() {
      this.set(read())
    },
  })
}
