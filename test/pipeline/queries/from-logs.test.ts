import { describe, expect, it } from 'vitest'
import type { EventRecord, LogRecord, SearchRecord } from '../../../src/events/event.ts'
import { newSearchId } from '../../../src/events/search-id.ts'
import { type LogPairOptions, pairsFromLog } from '../../../src/pipeline/queries/from-logs.ts'

const at = '2026-11-26T10:00:00.000Z'
const HITS = ['a', 'b', 'c', 'd']

type Did = Partial<EventRecord> & Pick<EventRecord, 'type' | 'playlistId'>

/** A search and what its listener did with it. */
function session(query: string, user: string | undefined, did: Did[] = [], more: Partial<SearchRecord> = {}) {
  const searchId = newSearchId()
  const by = user === undefined ? {} : { user }
  const search: SearchRecord = {
    type: 'search',
    searchId,
    at,
    query,
    filter: {},
    group: false,
    offset: 0,
    hits: HITS,
    topScore: 0.8,
    degraded: [],
    ...by,
    ...more,
  }
  return [search, ...did.map((event): EventRecord => ({ searchId, at, ...by, ...event }))]
}

const click = (playlistId: string): Did => ({ type: 'click', playlistId })
const play = (playlistId: string, seconds: number): Did => ({ type: 'play', playlistId, seconds })
const from = (sessions: LogRecord[][], options?: LogPairOptions) =>
  pairsFromLog(() => sessions.flat(), options)
const names = (pairs: readonly { query: string; id: string }[]) =>
  pairs.map(({ query, id }) => `${query}>${id}`)

describe('pairsFromLog', () => {
  it('needs two distinct listeners who clicked', async () => {
    const { pairs, report } = await from([
      session('folk', 'u1', [click('b')]),
      session('folk', 'u1', [click('b')]),
      session('folk', 'u1', [click('c')]),
      session('Folk ', 'u2', [click('c')]),
    ])
    expect(pairs).toEqual([
      { query: 'folk', id: 'c', source: 'logs', intent: 'clicked', weight: expect.any(Number) },
    ])
    expect(report).toMatchObject({ searches: 4, unsure: 1 })
  })

  it('counts listeners without an id as one', async () => {
    const { pairs } = await from([
      session('folk', undefined, [click('b')]),
      session('folk', undefined, [click('b')]),
    ])
    expect(pairs).toEqual([])
  })

  it('takes one listener’s word who stayed: thirty seconds, in one play or several, or a save', async () => {
    const { pairs } = await from([
      session('one', 'u1', [play('a', 30)]),
      session('two', 'u1', [play('a', 20), play('a', 15)]),
      session('three', 'u1', [{ type: 'save', playlistId: 'a' }]),
      session('short', 'u1', [play('a', 29)]),
      session('apart', 'u1', [play('a', 20)]),
      session('apart', 'u1', [play('a', 20)]),
    ])
    expect(names(pairs)).toEqual(['one>a', 'two>a', 'three>a'])
    expect(pairs.every(({ intent }) => intent === 'played')).toBe(true)
    expect(
      names((await from([session('short', 'u1', [play('a', 29)])], { dwellSeconds: 29 })).pairs),
    ).toEqual(['short>a'])
  })

  it('takes a click with a skip for a refusal, and impressions for nothing', async () => {
    const { pairs } = await from([
      session('folk', 'u1', [click('b'), { type: 'skip', playlistId: 'b' }]),
      session('folk', 'u2', [click('b')]),
      session('folk', 'u3', [{ type: 'impression', playlistId: 'c' }]),
      session('folk', 'u4', [{ type: 'impression', playlistId: 'c' }]),
      session('jazz', 'u1', [{ type: 'skip', playlistId: 'b' }, play('b', 100)]),
    ])
    expect(names(pairs)).toEqual(['jazz>b'])
  })

  it('weighs a click at the first rank less than one further down: it takes three listeners there', async () => {
    const clicked = (id: string, query: string, users: number) =>
      Array.from({ length: users }, (_, n) => session(query, `u${n}`, [click(id)]))
    const sessions = [...clicked('a', 'two', 2), ...clicked('a', 'three', 3), ...clicked('d', 'fourth', 2)]
    const { pairs, report } = await from(sessions)
    expect(report.unsure).toBe(1)
    expect(names(pairs)).toEqual(['three>a', 'fourth>d'])
    const [first, fourth] = pairs.map(({ weight }) => weight)
    // sqrt(rank / 10) each, n listeners: 1 - (1 - w)^n
    expect(first).toBeCloseTo(1 - (1 - Math.sqrt(0.1)) ** 3, 10)
    expect(fourth).toBeCloseTo(1 - (1 - Math.sqrt(0.4)) ** 2, 10)
    expect(names((await from(sessions, { positionBias: 0 })).pairs)).toContain('two>a')
  })

  it('takes the rank from the event, or from the page and the place on it, and clips it', async () => {
    const one = async (event: Did, more: Partial<SearchRecord> = {}) =>
      (await from([session('q', 'u1', [event], more)])).pairs[0]?.weight
    expect(await one(play('b', 60))).toBeCloseTo(Math.sqrt(0.2), 10)
    expect(await one({ ...play('b', 60), position: 1 })).toBeCloseTo(Math.sqrt(0.1), 10)
    expect(await one(play('b', 60), { offset: 4 })).toBeCloseTo(Math.sqrt(0.6), 10)
    expect(await one(play('b', 60), { offset: 500 })).toBe(1)
  })

  it('grows sure with the number of listeners, not with one who repeats', async () => {
    const weight = async (users: string[]) =>
      (await from(users.map((user) => session('q', user, [play('b', 60)])))).pairs[0]?.weight ?? 0
    expect(await weight(['u1', 'u1', 'u1'])).toBeCloseTo(await weight(['u1']), 10)
    expect(await weight(['u1', 'u2'])).toBeGreaterThan(await weight(['u1']))
    expect(await weight(['u1', 'u2', 'u3', 'u4'])).toBeLessThanOrEqual(1)
  })

  it('keeps the heaviest pairs of a query and of a playlist within the caps', async () => {
    const hits = Array.from({ length: 30 }, (_, i) => `p${i}`)
    const sessions = hits.map((id) => session('wide', 'u1', [play(id, 60)], { hits }))
    const wide = await from(sessions)
    expect(wide.pairs).toHaveLength(20)
    expect(wide.report.capped).toBe(10)
    // Ranks 10 to 30 are clipped to one weight; the nine before them weigh less.
    expect(wide.pairs.map(({ id }) => id)).not.toContain('p0')
    const queries = Array.from({ length: 10 }, (_, i) => session(`q${i}`, 'u1', [play('a', 60)]))
    expect((await from(queries, { maxPerPlaylist: 3 })).pairs).toHaveLength(3)
  })

  it('believes no event on a playlist that the search had not shown, nor one of an unknown search', async () => {
    const stray = session('folk', 'u2', [play('a', 60)]).slice(1)
    const { pairs, report } = await from([session('folk', 'u1', [play('elsewhere', 60)]), stray])
    expect(pairs).toEqual([])
    expect(report.unshown).toBe(1)
  })

  it('learns nothing of a query from a search narrowed by facets or owners', async () => {
    const narrow = { filter: { genres: ['jazz'] } }
    const { pairs, report } = await from([
      session('sunday', 'u1', [play('a', 60)], narrow),
      session('sunday', 'u1', [play('b', 60)], { filter: { languages: ['en'], kind: 'editorial' } }),
    ])
    expect(names(pairs)).toEqual(['sunday>b'])
    expect(report.narrowed).toBe(1)
  })

  it('does not depend on the order of files: events may come before their searches', async () => {
    const sessions = [
      session('folk', 'u1', [click('b')]),
      session('folk', 'u2', [click('b')]),
      session('jazz', 'u1', [play('c', 60)]),
    ]
    const backwards = await pairsFromLog(() => sessions.flat().reverse())
    expect(names(backwards.pairs).sort()).toEqual(names((await from(sessions)).pairs).sort())
    expect(backwards.pairs).toHaveLength(2)
  })

  it('counts a search once that was written twice', async () => {
    const [search] = session('folk', 'u1')
    expect((await pairsFromLog(() => (search ? [search, search] : []))).report.searches).toBe(1)
  })
})

describe('low-performing queries', () => {
  const many = (query: string, more: Partial<SearchRecord>, users = 3, searches = 6) =>
    Array.from({ length: searches }, (_, i) => session(query, `u${i % users}`, [], more))
  const taken = session('liked', 'u1', [click('a')])

  it('are those asked often whose answers were empty, weak, or taken up by nobody', async () => {
    const { low } = await from([
      ...many('nothing found', { hits: [], topScore: null }),
      ...many('weak', { topScore: 0.22 }, 3, 8),
      ...many('ignored', {}, 3, 7),
      ...many('liked', {}),
      taken,
    ])
    expect(low.map(({ text, reasons, searches }) => [text, reasons, searches])).toEqual([
      ['weak', ['low_score', 'no_click'], 8],
      ['ignored', ['no_click'], 7],
      ['nothing found', ['empty', 'no_click'], 6],
    ])
    expect(low[0]).toMatchObject({ source: 'logs', intent: 'low-performing', users: 3, meanTopScore: 0.22 })
    expect(low[0]?._id).toMatch(/^q-[0-9a-f]{12}$/)
  })

  it('leave out what few asked: it says little and may be personal', async () => {
    const { low } = await from([
      ...many('rare', { topScore: 0.2 }, 3, 4),
      ...many('of one listener', { topScore: 0.2 }, 1, 50),
      taken,
    ])
    expect(low).toEqual([])
  })

  it('do not blame a query where the app reports no clicks, or for an outage', async () => {
    expect((await from(many('ignored', {}))).low).toEqual([])
    expect((await from([...many('in the dark', { topScore: 0.1, degraded: ['dense'] }), taken])).low).toEqual(
      [],
    )
  })

  it('count a click on a later page for the query, and the page as no search of its own', async () => {
    const { low } = await from([
      ...many('deep', {}),
      session('deep', 'u1', [click('a')], { offset: 10 }),
      ...many('ignored', {}),
      session('ignored', 'u1', [], { offset: 10 }),
    ])
    expect(low.map(({ text, searches }) => [text, searches])).toEqual([['ignored', 6]])
  })
})
