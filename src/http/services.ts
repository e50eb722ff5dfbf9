import type { Cache } from '../cache/cache.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { Embedder } from '../embedding/embedder.ts'
import type { EventLog } from '../events/log.ts'
import type { Search } from '../search/search.ts'
import type { Logger } from '../telemetry/log.ts'
import type { Metrics } from '../telemetry/metrics.ts'

/** What the routes work with; src/service.ts opens it, tests may put their own together. */
export interface Services {
  readonly search: Search
  readonly embedder: Embedder
  readonly catalog: Catalog
  readonly cache: Cache
  readonly events: EventLog
  readonly metrics: Metrics
  readonly about: About
  readonly logQueries: boolean
  readonly log: Logger
  readonly trustProxy: boolean
  readonly bodyLimit: number
}

/** Facts that do not change while the service runs. */
export interface About {
  readonly version: string
  readonly index: {
    readonly name: string
    readonly fingerprint: string
    readonly documentVersion: string
    readonly counts: Readonly<Record<string, number>>
    readonly recallAt10: unknown
  }
}
