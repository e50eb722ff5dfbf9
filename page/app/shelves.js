import { card } from './card.js'
import { el, hidden } from './dom.js'
import { count } from './words.js'

/** Hits that a shelf shows at first and adds with each "More". */
export const PAGE = 8

const SHELVES = {
  editorial: { name: 'Editorial', by: 'Chosen and described by editors' },
  community: { name: 'Community', by: 'Made by listeners' },
}

/**
 * The shelves of an answer, side by side where there is room.
 *
 * @param {{ kind: string, hits: object[], total: number }[]} groups
 * @param {(hit: object) => string} hrefOf
 * @param {(kind: string, offset: number) => Promise<{ hits: object[], total: number }>} loadMore
 */
export function shelves(groups, hrefOf, loadMore) {
  return el(
    'div',
    { class: 'shelves' },
    groups.map((group) => shelf(group, hrefOf, loadMore)),
  )
}

function shelf({ kind, hits, total }, hrefOf, loadMore) {
  const heading = `shelf-${kind}`
  const { name, by } = SHELVES[kind]
  const list = el(
    'ol',
    { class: 'cards', 'aria-labelledby': heading },
    hits.map((hit) => card(hit, hrefOf)),
  )
  return el(
    'section',
    { class: `shelf ${kind}`, 'aria-labelledby': heading },
    el(
      'header',
      {},
      el('h2', { id: heading }, name),
      el('p', {}, total === 0 ? by : `${by} · ${count(total, 'match', 'matches')}`),
    ),
    hits.length > 0 ? list : el('p', { class: 'empty' }, `No ${kind} playlist matches.`),
    more(list, { kind, total }, hrefOf, loadMore),
  )
}

function more(list, { kind, total }, hrefOf, loadMore) {
  const label = el('span', {}, 'Show more')
  const note = el('p', { class: 'more-note', role: 'status' })
  const button = el(
    'button',
    { type: 'button', class: 'more', onclick: load },
    label,
    hidden(` ${kind} playlists`),
  )
  const row = el('div', { class: 'more-row' }, button, note)
  row.hidden = list.childElementCount === 0 || list.childElementCount >= total

  async function load() {
    if (button.getAttribute('aria-disabled') === 'true') return
    button.setAttribute('aria-disabled', 'true')
    note.textContent = ''
    try {
      const shown = list.childElementCount
      const page = await loadMore(kind, shown)
      list.append(...page.hits.map((hit) => card(hit, hrefOf)))
      // The reader goes on where the new ones begin; the button may be gone.
      list.children[shown]?.querySelector('a').focus()
      row.hidden = page.hits.length === 0 || list.childElementCount >= total
    } catch (error) {
      if (error.name !== 'AbortError') note.textContent = `${error.message} Try again.`
    } finally {
      button.removeAttribute('aria-disabled')
    }
  }
  return row
}

/** Where the filters will be. */
export const boneFilters = () =>
  el(
    'div',
    { class: 'filters', 'aria-hidden': 'true' },
    Array.from({ length: 4 }, () => el('span', { class: 'filter bone' })),
  )

/** Where the shelves will be, in their size, so that nothing jumps when they come. */
export function skeleton() {
  const line = (length) => el('span', { class: `bone ${length}` })
  const bones = () =>
    el(
      'li',
      { class: 'card' },
      el('span', { class: 'cover bone' }),
      el(
        'div',
        { class: 'card-text' },
        line('title'),
        line('short'),
        line('long'),
        line('long'),
        line('short'),
      ),
    )
  return el(
    'div',
    { class: 'shelves waiting', 'aria-hidden': 'true' },
    Object.entries(SHELVES).map(([kind, { name, by }]) =>
      el(
        'div',
        { class: `shelf ${kind}` },
        el('header', {}, el('p', { class: 'h2' }, name), el('p', {}, by)),
        el('ol', { class: 'cards' }, Array.from({ length: PAGE }, bones)),
      ),
    ),
  )
}
