import { describe, expect, it } from 'vitest'
import { parseEvents } from '../../src/events/parse.ts'
import { newSearchId } from '../../src/events/search-id.ts'

const searchId = newSearchId()
const click = { searchId, type: 'click', playlistId: 'epl-1', position: 1 }
const problemsOf = (body: unknown) => {
  const parsed = parseEvents(body)
  return parsed.ok ? [] : parsed.problems
}

describe('parseEvents', () => {
  it('takes 1 to 100 events', () => {
    const all = [
      click,
      { ...click, type: 'play', seconds: 31.5, at: '2026-11-26T10:00:00.123Z', user: 'alice@example.org' },
      { searchId, type: 'impression', playlistId: 'a.b:c_d-9', at: '2026-11-26T10:00:00+02:00' },
      { searchId, type: 'save', playlistId: 'x' },
      { searchId, type: 'skip', playlistId: 'x' },
    ]
    expect(parseEvents({ events: all })).toEqual({ ok: true, events: all })
    expect(parseEvents({ events: Array(100).fill(click) }).ok).toBe(true)
  })

  it.each([
    ['no body', undefined],
    ['null', null],
    ['text', 'events'],
    ['a bare list', [click]],
    ['no events', { events: [] }],
    ['too many', { events: Array(101).fill(click) }],
    ['a field beside', { events: [click], user: 'a' }],
    ['an object for a list', { events: { 0: click } }],
  ])('refuses %s as a whole', (_, body) => {
    expect(problemsOf(body)).toEqual([expect.objectContaining({ field: 'events' })])
  })

  it.each([
    ['searchId', { ...click, searchId: undefined }],
    ['searchId', { ...click, searchId: 'mine' }],
    ['type', { ...click, type: 'purchase' }],
    ['playlistId', { ...click, playlistId: 'no spaces please' }],
    ['playlistId', { ...click, playlistId: 'x'.repeat(129) }],
    ['position', { ...click, position: 0 }],
    ['position', { ...click, position: 1.5 }],
    ['position', { ...click, position: '1' }],
    ['seconds', { ...click, seconds: 10 }],
    ['seconds', { ...click, type: 'play', seconds: -1 }],
    ['seconds', { ...click, type: 'play', seconds: 86_401 }],
    ['at', { ...click, at: 'yesterday' }],
    ['at', { ...click, at: 1_700_000_000 }],
    ['user', { ...click, user: '' }],
    ['user', { ...click, user: 'x'.repeat(257) }],
    ['email', { ...click, email: 'alice@example.org' }],
  ])('names %s, and says what would be right', (field, event) => {
    const problems = problemsOf({ events: [click, event] })
    expect(problems).toHaveLength(1)
    expect(problems[0]?.field).toBe(`events.1.${field}`)
    expect(problems[0]?.detail).not.toBe('')
    expect(problems[0]?.expected).not.toBe('')
  })

  it('tells the allowed types', () => {
    const [problem] = problemsOf({ events: [{ ...click, type: 'purchase' }] })
    expect(problem?.expected).toBe('one of impression, click, play, save, skip')
  })

  it('lists a problem for each bad event and takes none of the batch', () => {
    const problems = problemsOf({ events: [click, null, { ...click, type: 'x' }, [click], click, 7] })
    expect(problems.map(({ field }) => field)).toEqual(['events.1', 'events.2.type', 'events.3', 'events.5'])
  })

  it('knows no field by inheritance', () => {
    const event = JSON.parse(`{"searchId":"${searchId}","type":"click","playlistId":"x","constructor":1}`)
    expect(problemsOf({ events: [event] })).toHaveLength(1)
  })
})
