import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Curation } from '../../../src/domain/curation.ts'
import type { Playlist } from '../../../src/domain/playlist.ts'
import type { Embedder } from '../../../src/embedding/embedder.ts'
import { openInlineEmbedder } from '../../../src/embedding/inline-embedder.ts'
import { openBundle } from '../../../src/index-bundle/open.ts'
import { withSearch } from '../../../src/pipeline/evaluate/engines.ts'
import type { QuerySet } from '../../../src/pipeline/evaluate/query-set.ts'
import type { BuildOptions } from '../../../src/pipeline/index/build.ts'
import { localProbe } from '../../../src/pipeline/monitor/probe.ts'
import { runMonitor } from '../../../src/pipeline/monitor/run-monitor.ts'
import { DEFAULT_THRESHOLDS } from '../../../src/pipeline/monitor/thresholds.ts'
import { buildBundle, temporaryFolder } from '../../support/bundle.ts'
import { DEMO_MODEL } from '../../support/demo.ts'
import { changedTexts, memoEmbedder } from '../../support/memo-embedder.ts'
import { openWordEmbedder } from '../../support/word-embedder.ts'

const rows = <T>(file: string): T[] =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T)

const COUNT = 240
const playlists = rows<Playlist>('demo/playlists.jsonl').slice(0, COUNT)
const ids = new Set(playlists.map(({ id }) => id))
const curations = rows<Curation>('demo/curation.jsonl').filter(({ id }) => ids.has(id))

/** Written queries with the playlist they were written for, one for each of a hundred playlists. */
function canarySet(): QuerySet {
  const written = rows<{ id: string; queries: [string, string][] }>('demo/queries-llm.jsonl')
    .filter(({ id }) => ids.has(id))
    .slice(0, 100)
  const queries = written.map(({ id, queries }) => ({ _id: `q-${id}`, text: queries.at(-1)?.[1] ?? '' }))
  return { name: 'canary', queries, qrels: new Map(written.map(({ id }) => [`q-${id}`, new Map([[id, 1]])])) }
}

const canary = canarySet()
// One judged playlist for each query: that share says little here.
const thresholds = { ...DEFAULT_THRESHOLDS, judgedMin: 0 }
// In a catalogue of a seventh of the demo, fewer words of a query are known at all, and scores are lower.
const FLOOR = 0.1
const folder = temporaryFolder()
let model: Embedder
let runs = 0

beforeAll(async () => {
  model = memoEmbedder(await openInlineEmbedder({ modelDir: DEMO_MODEL }))
})
afterAll(async () => {
  await model.close()
  folder.remove()
})

/** Builds a bundle with one embedder, serves it with another, and looks at it after a run on the good one. */
async function alarmsOf(
  name: string,
  given: { readonly rows?: readonly Playlist[]; readonly build?: Embedder; readonly serve?: Embedder } & {
    readonly hnsw?: BuildOptions['hnsw']
  },
): Promise<string[]> {
  const history = folder.path(`${name}.jsonl`)
  await look('good', history, {})
  return look(name, history, given)
}

async function look(
  name: string,
  history: string,
  { rows = playlists, build = model, serve = model, hnsw }: Parameters<typeof alarmsOf>[1],
): Promise<string[]> {
  const { out } = await buildBundle(
    folder,
    `${name}-${runs++}`,
    { playlists: rows, curations },
    {
      embedder: build,
      ...(hnsw ? { hnsw } : {}),
    },
  )
  const bundle = await openBundle(out, serve.info)
  const engines = await withSearch({ embedder: serve, bundle, close: async () => bundle.close() }, FLOOR)
  try {
    const { snapshot } = await runMonitor({
      probe: localProbe(engines),
      engines,
      canary,
      thresholds,
      history,
      accept: false,
      at: new Date(Date.UTC(2026, 0, 1 + runs)).toISOString(),
    })
    return snapshot.alarms
  } finally {
    bundle.close()
  }
}

describe('the monitor', () => {
  it('is quiet about a rebuild of the same index', async () => {
    expect(await alarmsOf('same', {})).toEqual([])
  })

  it('catches an index that a wrong model built', async () => {
    const words = openWordEmbedder(model.info.dimensions)
    const disguised = { ...words, info: model.info }
    const alarms = await alarmsOf('wrong-index-model', { build: disguised })
    expect(alarms).toEqual(expect.arrayContaining(['self_similarity', 'ndcg_drop', 'rbo', 'psi']))
  })

  it('catches a worse model that built the index and serves it, by its answers alone', async () => {
    const words = openWordEmbedder(model.info.dimensions)
    const alarms = await alarmsOf('worse-model', { build: words, serve: words })
    expect(alarms).toEqual(expect.arrayContaining(['ndcg_drop', 'rbo']))
    expect(alarms).not.toContain('self_similarity')
  })

  it('catches half an index', async () => {
    const alarms = await alarmsOf('half', { rows: playlists.filter((_, index) => index % 2 === 0) })
    expect(alarms).toEqual(expect.arrayContaining(['playlists_drop', 'ndcg_drop', 'rbo']))
  })

  it('catches vectors that lie on the wrong playlists', async () => {
    const texts: string[] = []
    await buildBundle(
      folder,
      'listen',
      { playlists, curations },
      {
        embedder: changedTexts(model, (text, role) => {
          if (role === 'document') texts.push(text)
          return text
        }),
      },
    )
    const next = new Map(texts.map((text, index) => [text, texts[(index + 1) % texts.length] as string]))
    const alarms = await alarmsOf('shuffled', {
      build: changedTexts(model, (text, role) => (role === 'document' ? (next.get(text) ?? text) : text)),
    })
    expect(alarms).toEqual(expect.arrayContaining(['self_similarity', 'ndcg_drop', 'rbo']))
  })

  it('catches a text builder that loses everything after the title', async () => {
    const alarms = await alarmsOf('broken-text', {
      build: changedTexts(model, (text, role) =>
        role === 'document' ? (text.split('. ')[0] ?? text) : text,
      ),
    })
    expect(alarms).toEqual(expect.arrayContaining(['self_similarity', 'ndcg_drop', 'rbo']))
  })

  it('catches a graph that no longer finds its vectors', async () => {
    const alarms = await alarmsOf('poor-graph', { hnsw: { M: 3, efConstruction: 8, ef: 10 } })
    expect(alarms).toContain('ann_recall')
    expect(alarms).not.toContain('self_similarity')
  })
})
