import { basename } from 'node:path'
import { KINDS, type Kind } from '../../domain/playlist.ts'
import { normaliseQuery } from '../../domain/query.ts'
import type { Embedder } from '../../embedding/embedder.ts'
import type { IndexFields } from '../../index-bundle/manifest.ts'
import type { Hnsw } from '../../retrieval/hnsw.ts'
import { rangesOf } from '../../retrieval/rows.ts'
import type { BuildWatch } from './build.ts'
import { embedInOrder } from './embed-in-order.ts'
import { readQueryTexts, spread } from './query-texts.ts'
import { recallAt10 } from './recall.ts'
import type { Staging } from './staging.ts'

const TITLES = 500

/** Below, every third answer lacks one of its ten nearest. */
const LEAST_RECALL = 0.97

/** What the approximate search of a new bundle loses against exact search, kind by kind, on real query texts. */
export async function measureRecall(
  graphs: Readonly<Record<Kind, Hnsw>>,
  staging: Staging,
  options: { readonly queries: readonly string[]; readonly embedder: Embedder; readonly watch: BuildWatch },
): Promise<IndexFields['recallAt10']> {
  const { queries, embedder, watch } = options
  const texts = queries.length > 0 ? await readQueryTexts(queries) : titlesOf(staging)
  const step = watch.step('measuring recall', texts.length, 'queries')
  const vectors: Float32Array[] = []
  for await (const { vector } of embedInOrder(texts, (text) => text, embedder, 'query')) {
    vectors.push(vector)
    step.update(vectors.length)
  }
  const ranges = rangesOf({ editorial: graphs.editorial.count, community: graphs.community.count })
  const recall = (kind: Kind) => recallAt10(graphs[kind], ranges[kind].first, vectors)
  const measured = { editorial: recall('editorial'), community: recall('community') }
  step.done(
    `recall@10 against exact search on ${texts.length} queries: ` +
      `editorial ${measured.editorial ?? '-'}, community ${measured.community ?? '-'}`,
  )
  for (const kind of KINDS) {
    const found = measured[kind]
    if (found === null || found >= LEAST_RECALL) continue
    const { ef } = graphs[kind]
    watch.warn(
      `the ${kind} graph finds ${found} of the ten nearest; an --ef above ${ef} finds more and takes longer`,
    )
  }
  const from =
    queries.length > 0 ? queries.map((file) => basename(file)).join(', ') : 'titles of the catalogue'
  return { queries: texts.length, from, ...measured }
}

function titlesOf(staging: Staging): string[] {
  const titles = spread(TITLES)
  for (const kind of KINDS) {
    for (const { playlist } of staging.rows(kind)) {
      if (isQuery(playlist.title)) titles.add(normaliseQuery(playlist.title))
    }
  }
  return titles.all()
}

function isQuery(title: string): boolean {
  try {
    normaliseQuery(title)
    return true
  } catch {
    return false
  }
}
