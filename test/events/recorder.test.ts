import { afterEach, describe, expect, it } from 'vitest'
import type { LogRecord, SearchRecord } from '../../src/events/event.ts'
import { openRecorder, type Recorder } from '../../src/events/recorder.ts'
import { newSearchId } from '../../src/events/search-id.ts'
import type { Sink } from '../../src/events/sink.ts'
import { until } from '../support/redis-server.ts'

const search = (query: string): SearchRecord => ({
  type: 'search',
  searchId: newSearchId(),
  at: new Date().toISOString(),
  query,
  filter: {},
  group: false,
  offset: 0,
  hits: [],
  topScore: null,
  degraded: [],
})

/** A sink in memory that can be made to fail or to hang: what the recorder does then is the question here. */
function memorySink() {
  const state = { written: [] as LogRecord[], writes: 0, failing: false, hanging: false }
  const sink: Sink = {
    write: async (records) => {
      state.writes++
      if (state.hanging) await new Promise(() => {})
      if (state.failing) throw new Error('no space')
      state.written.push(...records)
    },
    close: async () => {},
  }
  return { state, sink }
}

describe('openRecorder', () => {
  let recorder: Recorder | undefined
  afterEach(() => recorder?.close())

  it('gathers searches and writes them together, in order', async () => {
    const { state, sink } = memorySink()
    recorder = openRecorder(sink, { gatherMs: 20 })
    const searches = Array.from({ length: 50 }, (_, i) => search(`q${i}`))
    for (const each of searches) recorder.record(each)
    expect(state.writes).toBe(0)
    await until(() => state.written.length === 50, 'all are written')
    expect(state.written).toEqual(searches)
    expect(state.writes).toBe(1)
    recorder.record(search('later'))
    await until(() => recorder?.status().written === 51, 'it goes on')
  })

  it('keeps searches while the sink fails and writes them when it works again', async () => {
    const { state, sink } = memorySink()
    state.failing = true
    recorder = openRecorder(sink, { gatherMs: 1, retryMs: 10 })
    for (let i = 0; i < 700; i++) recorder.record(search(`q${i}`))
    await until(() => state.writes >= 3, 'it tries again')
    expect(recorder.status()).toEqual({ written: 0, dropped: 0, buffered: 700 })
    state.failing = false
    await until(() => state.written.length === 700, 'all are written')
    expect(state.written.map((record) => 'query' in record && record.query)).toEqual(
      Array.from({ length: 700 }, (_, i) => `q${i}`),
    )
  })

  it('drops the newest, and counts them, when the sink does not keep up', async () => {
    const { state, sink } = memorySink()
    state.hanging = true
    recorder = openRecorder(sink, { gatherMs: 1, maxBuffered: 100, closeMs: 50 })
    recorder.record(search('first'))
    await until(() => state.writes === 1, 'the write began')
    for (let i = 0; i < 1000; i++) recorder.record(search('more'))
    expect(recorder.status()).toEqual({ written: 0, dropped: 901, buffered: 100 })
  })

  it('writes what is buffered at the end, at once', async () => {
    const { state, sink } = memorySink()
    recorder = openRecorder(sink, { gatherMs: 60_000 })
    recorder.record(search('q'))
    await recorder.close()
    expect(state.written).toHaveLength(1)
    recorder.record(search('too late'))
    expect(recorder.status()).toEqual({ written: 1, dropped: 1, buffered: 0 })
  })

  it.each(['failing', 'hanging'] as const)(
    'ends though the sink is %s, and counts what is lost',
    async (how) => {
      const { state, sink } = memorySink()
      state[how] = true
      recorder = openRecorder(sink, { gatherMs: 1, closeMs: 50 })
      for (let i = 0; i < 3; i++) recorder.record(search('q'))
      await recorder.close()
      const { written, dropped, buffered } = recorder.status()
      expect([written, dropped + buffered]).toEqual([0, 3])
    },
  )
})
