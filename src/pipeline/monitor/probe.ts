import { normaliseQuery } from '../../domain/query.ts'
import type { SearchEngines } from '../evaluate/engines.ts'
import { ask } from '../evaluate/remote.ts'

/** The search that is watched: opened here, or a server that listens elsewhere. */
export interface Probe {
  /** What answers, by the names that its answers carry. */
  about(): { readonly model: string; readonly index: string; readonly playlists: number | null }
  ask(query: string, limit: number): Promise<{ readonly ids: string[]; readonly topScore: number | null }>
}

export function localProbe({ embedder, bundle, search }: SearchEngines): Probe {
  const label = (name: string, fingerprint: string) => `${name}@${fingerprint.slice(0, 12)}`
  return {
    about: () => ({
      model: label(embedder.info.model, embedder.info.fingerprint),
      index: label(bundle.manifest.name, bundle.manifest.fingerprint),
      playlists: bundle.catalog.ids().length,
    }),
    async ask(query, limit) {
      const answer = await search.search({
        q: normaliseQuery(query),
        filter: {},
        limit,
        offset: 0,
        groupByKind: false,
        explain: false,
        bypassCache: true,
      })
      const hits = answer.shelves.get('all')?.hits ?? []
      return { ids: hits.map(({ id }) => id), topScore: hits[0]?.score ?? null }
    },
  }
}

/** @param url of a running Segue server; `about` holds what its latest answer said */
export function remoteProbe(url: string): Probe {
  let said = { model: 'unknown', index: 'unknown' }
  return {
    about: () => ({ ...said, playlists: null }),
    async ask(query, limit) {
      const { hits, model, index } = await ask(url, query, limit)
      said = { model, index }
      return { ids: hits.map(({ id }) => id), topScore: hits[0]?.score ?? null }
    },
  }
}
