import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  BUNDLE_SYSTEMS,
  bundleSystems,
  serviceSystem,
} from '../../../src/pipeline/evaluate/bundle-systems.ts'
import { compareRuns } from '../../../src/pipeline/evaluate/compare.ts'
import { openSearchEngines, type SearchEngines } from '../../../src/pipeline/evaluate/engines.ts'
import { knownItemSet } from '../../../src/pipeline/evaluate/known-item.ts'
import { remoteSystem } from '../../../src/pipeline/evaluate/remote.ts'
import { missingJudged, restrictTo, runSystems } from '../../../src/pipeline/evaluate/run-systems.ts'
import { readSplits } from '../../../src/pipeline/splits.ts'
import type { Service } from '../../../src/service.ts'
import { DEMO_INDEX, DEMO_MODEL } from '../../support/demo.ts'
import { openTestService } from '../../support/service.ts'

let engines: SearchEngines
beforeAll(async () => {
  engines = await openSearchEngines(DEMO_MODEL, DEMO_INDEX)
})
afterAll(() => engines.close())

const QUERIES = ['rainy sunday indie folk', '90s eurodance', 'bossa nova dinner', 'songs to lift heavy to']

describe('systems over the demo bundle', () => {
  it('rank dev queries in the order that the method promises', async () => {
    const splits = await readSplits('demo/splits.tsv')
    const all = await knownItemSet('dev', ['demo/queries-llm.jsonl'], splits, 'dev')
    const set = { ...all, queries: all.queries.filter((_, index) => index % 5 === 0) }
    const runs = await runSystems(set, await bundleSystems(engines))
    const { rows, n } = compareRuns(set, runs, { relevant: 1 })
    expect(n).toBe(165)
    const recall = (system: string) =>
      rows.find((row) => row.system === system)?.metrics['recall@10'].mean ?? 0
    expect(recall(BUNDLE_SYSTEMS.bm25All)).toBeGreaterThan(recall(BUNDLE_SYSTEMS.bm25Title) + 0.1)
    expect(recall(BUNDLE_SYSTEMS.exact)).toBeGreaterThan(recall(BUNDLE_SYSTEMS.bm25All) + 0.05)
    expect(recall(BUNDLE_SYSTEMS.service)).toBeGreaterThan(recall(BUNDLE_SYSTEMS.exact))
    expect(Math.abs(recall(BUNDLE_SYSTEMS.ann) - recall(BUNDLE_SYSTEMS.exact))).toBeLessThan(0.01)
  })

  it('know which judgements the collection cannot meet', async () => {
    const ids = new Set(engines.bundle.catalog.ids())
    const [known = ''] = ids
    const qrels = new Map([
      [
        'q',
        new Map([
          [known, 3],
          ['elsewhere', 2],
          ['nowhere', 0],
        ]),
      ],
    ])
    const set = { name: 's', queries: [{ _id: 'q', text: 'x' }], qrels }
    expect(missingJudged(set, ids)).toBe(1)
    expect(restrictTo(set, ids).qrels.get('q')).toEqual(new Map([[known, 3]]))
  })
})

describe('a server over HTTP', () => {
  let service: Service
  let url = ''
  beforeAll(async () => {
    service = await openTestService()
    await service.app.listen({ host: '127.0.0.1', port: 0 })
    url = `http://127.0.0.1:${(service.app.server.address() as AddressInfo).port}`
  })
  afterAll(() => service.close())

  it('gives the very rankings that are evaluated offline', async () => {
    const [remote, local] = [remoteSystem(url), serviceSystem(engines)]
    for (const query of QUERIES) expect(await remote.rank(query, 50)).toEqual(await local.rank(query, 50))
  })

  it('is named when it does not answer', async () => {
    await expect(remoteSystem('http://127.0.0.1:9').rank('jazz', 10)).rejects.toThrow(
      '127.0.0.1:9 did not answer',
    )
    await expect(remoteSystem(url).rank('', 10)).rejects.toThrow('status 400')
  })
})
