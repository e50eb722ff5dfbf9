import { cover } from './cover.js'
import { el, hidden } from './dom.js'
import { count, describedBy, facts, languageOf, SEPARATOR, trackLine, why } from './words.js'

/** Facets worth a chip on a card, and how many of each. */
const CHIPS = { genres: 2, moods: 2, activities: 1, eras: 2 }

/**
 * A hit as an item of its shelf.
 *
 * @param {(hit: object) => string} hrefOf where its details are
 */
export function card(hit, hrefOf) {
  const { id, title, language, rank, score } = hit
  return el(
    'li',
    { class: 'card' },
    cover(hit),
    el(
      'div',
      { class: 'card-text' },
      el(
        'h3',
        { dir: 'auto', lang: languageOf(title, language) },
        el('a', { href: hrefOf(hit), 'data-playlist': id }, title),
      ),
      el(
        'p',
        { class: 'facts' },
        facts(hit).flatMap((fact, i) => (i === 0 ? [fact] : [SEPARATOR, fact])),
      ),
      whyLine(hit),
      description(hit),
      preview(hit),
      chips(hit),
    ),
    el(
      'p',
      { class: 'score', title: `Score ${score.toFixed(2)} of 1` },
      hidden(`Place ${rank}, score `),
      score.toFixed(2),
    ),
  )
}

function whyLine({ reasons }) {
  const phrases = why(reasons)
  if (phrases.length === 0) return null
  return el('p', { class: 'why' }, el('span', { class: 'label' }, 'Matched by '), phrases.join(SEPARATOR))
}

/** What the playlist is, and who says so. */
export function description({ description: text, describedBy: who, language }) {
  if (!text) return null
  return el(
    'p',
    { class: 'description' },
    el('span', { dir: 'auto', lang: languageOf(text, language) }, text),
    ' ',
    el('span', { class: 'by' }, describedBy(who)),
  )
}

function preview({ tracks, trackCount }) {
  if (tracks.length === 0) return null
  const shown = tracks.slice(0, 3)
  const more = trackCount - shown.length
  return el(
    'p',
    { class: 'tracks' },
    hidden('First tracks: '),
    shown.flatMap((track, i) => [i > 0 ? ', ' : '', el('bdi', {}, trackLine(track))]),
    more > 0 ? `, and ${count(more, 'more', 'more')}` : null,
  )
}

/** Those that matched come first and stand out. */
function chips({ facets, reasons = [] }) {
  const matched = new Set(reasons.flatMap(({ type, values }) => values.map((value) => `${type} ${value}`)))
  const isMatched = ([facet, value]) => matched.has(`${facet} ${value}`)
  const matchedFirst = (chips) => [...chips].sort((a, b) => isMatched(b) - isMatched(a))
  const shown = matchedFirst(
    Object.entries(CHIPS).flatMap(([facet, most]) =>
      matchedFirst(facets[facet].map((value) => [facet, value])).slice(0, most),
    ),
  )
  if (shown.length === 0) return null
  return el(
    'ul',
    { class: 'chips', 'aria-label': 'What it is' },
    shown.map(([facet, value]) =>
      el('li', { class: isMatched([facet, value]) ? 'chip matched' : 'chip' }, el('bdi', {}, value)),
    ),
  )
}
