import { normaliseQuery } from '../../domain/query.ts'
import { bm25System } from './bm25.ts'
import { bundleVectors, graphSearch, type SearchEngines } from './engines.ts'
import { exactSystem } from './exact.ts'
import { queryEmbedder, type System } from './system.ts'
import { type Entry, textsOf } from './texts.ts'

/** The names by which a command's --baseline and the tables call the systems over a bundle. */
export const BUNDLE_SYSTEMS = {
  bm25Title: 'BM25, titles',
  bm25All: 'BM25, all text',
  exact: 'dense, exact',
  ann: 'dense, HNSW',
  service: 'service',
} as const

/** What the bundle holds, searched five ways, the last of them by the service's own search(). */
export async function bundleSystems(engines: SearchEngines): Promise<System[]> {
  const { catalog } = engines.bundle
  const entries: Entry[] = catalog.get(catalog.ids()).map(({ playlist }) => ({ playlist }))
  const embedQuery = queryEmbedder(engines.embedder)
  return [
    bm25System(BUNDLE_SYSTEMS.bm25Title, textsOf(entries, 'title')),
    bm25System(BUNDLE_SYSTEMS.bm25All, textsOf(entries, 'all')),
    exactSystem(BUNDLE_SYSTEMS.exact, await bundleVectors(engines.bundle), embedQuery),
    annSystem(engines, embedQuery),
    serviceSystem(engines),
  ]
}

/** What the graphs find, also of catalogues that are small enough for the service to scan. */
function annSystem({ bundle }: SearchEngines, embedQuery: (query: string) => Promise<Float32Array>): System {
  const nearest = graphSearch(bundle)
  return {
    name: BUNDLE_SYSTEMS.ann,
    rank: async (query, depth) => nearest(await embedQuery(normaliseQuery(query)), depth),
  }
}

/** The order that a listener is shown. */
export function serviceSystem({ search }: Pick<SearchEngines, 'search'>): System {
  return {
    name: BUNDLE_SYSTEMS.service,
    async rank(query, depth) {
      const answer = await search.search({
        q: query,
        filter: {},
        limit: depth,
        offset: 0,
        groupByKind: false,
        explain: false,
        bypassCache: true,
      })
      if (answer.degraded.length > 0)
        throw new Error(`answered without ${answer.degraded.join(', ')}: ${query}`)
      return answer.shelves.get('all')?.hits.map(({ id }) => id) ?? []
    },
  }
}
