import { hrefOf } from './address.js'
import { cover } from './cover.js'
import { el } from './dom.js'

/** One of each kind of query that works: a mood, a decade, an evening, an activity, a scene, half of a title. */
const EXAMPLES = [
  ['rainy sunday indie folk', 'a mood'],
  ['90s eurodance', 'a decade'],
  ['bossa nova dinner', 'an evening'],
  ['songs to lift heavy to', 'something to do'],
  ['music my grandmother danced to', 'someone'],
  ['city pop for driving', 'half of a title'],
]

const exampleLink = (query) => el('a', { href: hrefOf({ query }), 'data-query': query }, query)

export function firstVisit() {
  return el(
    'section',
    { class: 'first', 'aria-labelledby': 'first-title' },
    el(
      'div',
      { class: 'wall', 'aria-hidden': 'true' },
      Array.from({ length: 9 }, (_, i) =>
        cover({ id: `wall-${i}`, kind: i % 4 === 3 ? 'community' : 'editorial' }),
      ),
    ),
    el('h2', { id: 'first-title' }, 'Say what it should feel like.'),
    el(
      'p',
      { class: 'lead' },
      'Segue reads a query for what it means, not only for its words, and finds the playlists that answer it: ',
      'those that editors made, and those that listeners did.',
    ),
    el('h3', { id: 'first-try' }, 'For instance'),
    el(
      'ul',
      { class: 'examples', 'aria-labelledby': 'first-try' },
      EXAMPLES.map(([query, kind]) => el('li', {}, exampleLink(query), ' ', el('span', {}, kind))),
    ),
  )
}

/** @param {(() => void) | null} clearFilters where filters are on */
export function noResult(query, clearFilters) {
  return el(
    'section',
    { class: 'state', 'aria-labelledby': 'state-title' },
    el('h2', { id: 'state-title' }, 'No playlist answers that.'),
    clearFilters
      ? el('p', {}, 'The filters may leave nothing over: ', button('Search without filters', clearFilters))
      : el('p', {}, 'Nothing in the catalogue comes close to ', el('q', { dir: 'auto' }, query), '.'),
    el(
      'ul',
      { class: 'advice' },
      el('li', {}, 'Check the spelling, or say it in other words.'),
      el('li', {}, 'Leave words out: a genre and a mood are often enough.'),
      el('li', {}, 'Say when or where it would play: a run, a dinner, a long drive.'),
    ),
    el(
      'p',
      { class: 'try' },
      'Or begin with ',
      exampleLink(EXAMPLES[0][0]),
      ' or ',
      exampleLink(EXAMPLES[1][0]),
      '.',
    ),
  )
}

const TITLES = {
  offline: 'You are offline.',
  unreachable: 'Segue cannot be reached.',
  slow: 'Segue takes too long.',
  overloaded: 'Segue is very busy.',
  shutting_down: 'Segue is restarting.',
  query_too_long: 'That is too long to search for.',
  body_too_large: 'That is too long to search for.',
  headers_too_large: 'That is too long to search for.',
  query_malformed: 'That text cannot be read.',
}
const OF_THE_QUERY = new Set([
  'query_too_long',
  'query_malformed',
  'body_too_large',
  'headers_too_large',
  'invalid_request',
])

/** What went wrong in words, and what to do: try again, or change the query where that is the cause. */
export function failed(failure, retry) {
  const { code, message, expected, requestId } = failure
  const sentence = /[.!?]$/.test(message) ? message : `${message}.`
  return el(
    'section',
    { class: 'state failed', role: 'alert', 'aria-labelledby': 'state-title' },
    el('h2', { id: 'state-title' }, TITLES[code] ?? 'The search did not work.'),
    el('p', {}, sentence, expected ? ` Segue takes ${expected}.` : ''),
    OF_THE_QUERY.has(code)
      ? el('p', {}, 'A mood, a genre, a decade or half of a title is enough.')
      : el('p', {}, button('Try again', retry)),
    code === 'offline'
      ? el('p', { class: 'small' }, 'The search runs by itself when the connection is back.')
      : null,
    requestId ? el('p', { class: 'small' }, `Request ${requestId}`) : null,
  )
}

/** Said above an answer that had to do without a part. */
export function degradedNotice(parts) {
  if (parts.length === 0) return null
  const text = parts.includes('dense')
    ? 'Matched by words only: the model did not answer. Results by meaning come back with it.'
    : `Answered without ${parts.join(', ')}.`
  return el('p', { class: 'notice', role: 'status' }, text)
}

const button = (text, onclick) => el('button', { type: 'button', class: 'action', onclick }, text)
