import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { monitorPage } from '../../../src/pipeline/monitor/page.ts'
import type { Probe } from '../../../src/pipeline/monitor/probe.ts'
import { prometheusText } from '../../../src/pipeline/monitor/prometheus.ts'
import { runMonitor } from '../../../src/pipeline/monitor/run-monitor.ts'
import { DEFAULT_THRESHOLDS, readThresholds, Thresholds } from '../../../src/pipeline/monitor/thresholds.ts'
import { temporaryFolders } from '../../support/folder.ts'

const folder = temporaryFolders()

const QUERIES = Array.from({ length: 40 }, (_, index) => `q${index}`)
const canary = {
  name: 'canary',
  queries: QUERIES.map((_id) => ({ _id, text: `words ${_id}` })),
  qrels: new Map(
    QUERIES.map((_id) => [
      _id,
      new Map([
        [`right-${_id}`, 3],
        [`near-${_id}`, 1],
      ]),
    ]),
  ),
}

/** A search of known answers: the right one first in all but the last `wrong` queries. */
function search(wrong: number, sunk = 0): Probe {
  return {
    about: () => ({ model: 'm@1', index: 'i@1', playlists: 100 }),
    async ask(text) {
      const query = text.replace('words ', '')
      const lost = QUERIES.indexOf(query) >= QUERIES.length - wrong
      return {
        ids: lost ? ['unknown'] : [`right-${query}`, `near-${query}`],
        topScore: 0.45 + 0.005 * QUERIES.indexOf(query) - sunk,
      }
    },
  }
}

async function watch(
  history: string,
  probe: Probe,
  day: number,
  over: { accept?: boolean; judge?: number } = {},
) {
  const judged = new Map(
    QUERIES.map((id, index) => [
      id,
      new Map([
        [`right-${id}`, index < (over.judge ?? 0) ? 3 : 0],
        [`near-${id}`, 1],
      ]),
    ]),
  )
  return runMonitor({
    probe,
    engines: null,
    canary,
    thresholds: DEFAULT_THRESHOLDS,
    history,
    accept: over.accept ?? false,
    judge: over.judge === undefined ? undefined : judged,
    at: `2026-01-0${day}T00:00:00.000Z`,
  })
}

describe('runMonitor', () => {
  it('compares with the last good run until a person accepts the change', async () => {
    const history = join(await folder(), 'history.jsonl')
    const alarms = async (wrong: number, day: number, accept = false) =>
      (await watch(history, search(wrong), day, { accept })).snapshot.alarms
    expect(await alarms(0, 1)).toEqual([])
    expect(await alarms(20, 2)).toEqual(expect.arrayContaining(['ndcg_drop', 'rbo']))
    expect(await alarms(20, 3)).toEqual(expect.arrayContaining(['ndcg_drop', 'rbo']))
    expect(await alarms(20, 4, true)).toContain('ndcg_drop')
    expect(await alarms(20, 5)).toEqual([])
    expect((await readFile(history, 'utf8')).trim().split('\n')).toHaveLength(5)
  })

  it('does not cry over one query in forty', async () => {
    const history = join(await folder(), 'history.jsonl')
    await watch(history, search(0), 1)
    expect((await watch(history, search(1), 2)).snapshot.alarms).toEqual([])
  })

  it('notices scores that sink while the order stays', async () => {
    const history = join(await folder(), 'history.jsonl')
    await watch(history, search(0), 1)
    expect((await watch(history, search(0, 0.25), 2)).snapshot.alarms).toEqual(['psi', 'low_score_rise'])
  })

  it('watches the judge’s agreement with the frozen grades', async () => {
    const history = join(await folder(), 'history.jsonl')
    const good = await watch(history, search(0), 1, { judge: 40 })
    expect(good.snapshot.judge).toEqual({ pairs: 80, kappa: 1 })
    const bad = await watch(history, search(0), 2, { judge: 10 })
    expect(bad.snapshot.alarms).toEqual(['judge_kappa'])
  })

  it('reads what listeners got since the last run from the behaviour log', async () => {
    const path = await folder()
    const log = join(path, 'events.jsonl')
    const found = (at: string, hits: string[], topScore: number | null, offset = 0) =>
      `${JSON.stringify({ type: 'search', searchId: '6f1c7f6e-6a52-4e0a-9a3f-0d9f0a1b2c3d', at, query: 'q', filter: {}, group: false, offset, hits, topScore, degraded: [] })}\n`
    await writeFile(log, found('2026-01-01T10:00:00Z', ['a'], 0.7) + found('2026-01-01T11:00:00Z', [], null))
    const options = {
      probe: search(0),
      engines: null,
      canary,
      thresholds: DEFAULT_THRESHOLDS,
      history: join(path, 'history.jsonl'),
      accept: false,
      events: log,
    }
    const first = await runMonitor({ ...options, at: '2026-01-01T12:00:00.000Z' })
    expect(first.snapshot.traffic).toMatchObject({ searches: 2, emptyShare: 0.5, lowShare: 0 })
    expect(first.snapshot.alarms).toEqual(['traffic_empty'])
    await appendFile(
      log,
      found('2026-01-02T10:00:00Z', ['a'], 0.1) + found('2026-01-02T10:00:01Z', ['b'], 0.1, 10),
    )
    const second = await runMonitor({ ...options, at: '2026-01-02T12:00:00.000Z' })
    expect(second.snapshot.traffic).toMatchObject({ searches: 1, emptyShare: 0, lowShare: 1 })
  })

  it('reports as a page and as metrics', async () => {
    const history = join(await folder(), 'history.jsonl')
    await watch(history, search(0), 1)
    const run = await watch(history, search(20), 2)
    const page = monitorPage(run.history, run.before, run.checks, DEFAULT_THRESHOLDS)
    expect(page).toContain('checks raise an alarm')
    expect(page).toContain('compared with the run of 2026-01-01 00:00 UTC')
    expect(page).not.toMatch(/<script|<link|https?:/)
    const metrics = prometheusText(run.snapshot, run.checks)
    expect(metrics).toMatch(/^segue_monitor_alarm\{check="ndcg_drop"\} 1$/m)
    expect(metrics).toMatch(/^segue_monitor_alarm\{check="empty"\} 0$/m)
    for (const line of metrics.trim().split('\n')) {
      expect(line).toMatch(/^(# (HELP|TYPE) [a-z_0-9]+ .+|[a-z_0-9]+(\{check="[a-z_]+"\})? -?[0-9.e+-]+)$/)
    }
  })
})

describe('readThresholds', () => {
  it('overrides defaults by name', async () => {
    const file = join(await folder(), 'monitor.yaml')
    await writeFile(file, 'rboMin: 0.8\n')
    expect(await readThresholds(file)).toEqual({ ...DEFAULT_THRESHOLDS, rboMin: 0.8 })
    expect(DEFAULT_THRESHOLDS.annRecallMin).toBe(0.95)
  })

  it.each(['rboMinimum: 0.8', 'rboMin: high', 'rboMin: 3', '- 1'])('refuses %j', async (text) => {
    const file = join(await folder(), 'monitor.yaml')
    await writeFile(file, text)
    await expect(readThresholds(file)).rejects.toThrow('monitor.yaml')
  })
})

describe('docs/evaluation.md', () => {
  it('lists every threshold with its default and reason', async () => {
    const text = await readFile('docs/evaluation.md', 'utf8')
    for (const [name, schema] of Object.entries(Thresholds.properties)) {
      const { default: value, description } = schema as { default?: number; description?: string }
      expect(text).toContain(`| \`${name}\` | ${value} | ${description} |`)
    }
  })
})
