import { playlist, similarPlaylists } from './api.js'
import { description } from './card.js'
import { cover } from './cover.js'
import { el, hidden } from './dom.js'
import { count, facts, languageOf, SEPARATOR } from './words.js'

const SIMILAR = 6
const FACETS = {
  themes: 'Themes',
  genres: 'Genres',
  moods: 'Moods',
  activities: 'Made for',
  eras: 'Eras',
}

/**
 * One playlist in full, in a dialog over the results.
 *
 * @param {HTMLDialogElement} dialog
 * @param {{ hrefOf: (id: string) => string, searchHref: (query: string) => string, onClose: () => void, fallback: HTMLElement }} options
 */
export function openDetails(dialog, { hrefOf, searchHref, onClose, fallback }) {
  let opener = null
  let loading

  // Escape asks first, so that the history can follow.
  dialog.addEventListener('cancel', (event) => {
    event.preventDefault()
    onClose()
  })
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) onClose()
  })

  async function show(id) {
    loading?.abort()
    loading = new AbortController()
    const { signal } = loading
    if (!dialog.open) {
      opener = document.activeElement
      fill(el('p', { class: 'waiting', id: 'details-title' }, 'Opening the playlist …'))
      dialog.showModal()
    }
    try {
      const record = await playlist(id, signal)
      if (signal.aborted) return
      const similar = el('section', { class: 'similar', 'aria-labelledby': 'similar-title' })
      fill(...content(record, searchHref), similar)
      dialog.querySelector('#details-title').focus()
      dialog.scrollTop = 0
      await fillSimilar(similar, record, signal)
    } catch (error) {
      if (!signal.aborted) fill(...problem(error, () => show(id)))
    }
  }

  async function fillSimilar(section, { id }, signal) {
    section.append(el('h3', { id: 'similar-title' }, 'Close to it'))
    const answer = await similarPlaylists(id, SIMILAR, signal).catch((error) => ({ error }))
    if (signal.aborted) return
    if (answer.error) section.append(el('p', { class: 'small' }, answer.error.message))
    else
      section.append(
        el(
          'ul',
          {},
          answer.hits.map((hit) => el('li', {}, similarLink(hit))),
        ),
      )
  }

  const similarLink = (hit) =>
    el(
      'a',
      { href: hrefOf(hit.id), 'data-playlist': hit.id },
      cover(hit),
      el(
        'span',
        {},
        el('span', { class: 'name', dir: 'auto', lang: languageOf(hit.title, hit.language) }, hit.title),
        el(
          'span',
          { class: 'facts' },
          `${hit.kind === 'editorial' ? 'Editorial' : 'Community'} · ${hit.owner ?? ''}`,
        ),
      ),
    )

  function fill(...children) {
    const close = el(
      'button',
      { type: 'button', class: 'close', onclick: onClose },
      el('span', { 'aria-hidden': 'true' }, 'Close'),
      hidden('Close the playlist'),
    )
    dialog.replaceChildren(el('article', {}, close, ...children))
  }

  function hide() {
    loading?.abort()
    if (!dialog.open) return
    dialog.close()
    const target = opener?.isConnected && opener !== document.body ? opener : fallback
    target.focus({ preventScroll: target === opener })
  }

  return { show, hide }
}

function content(record, searchHref) {
  const { title, language, kind, facets, tracks, trackCount } = record
  const missing = trackCount - tracks.length
  return [
    el(
      'header',
      { class: kind },
      cover(record),
      el(
        'div',
        {},
        el('p', { class: 'label' }, kind === 'editorial' ? 'Editorial playlist' : 'Community playlist'),
        el(
          'h2',
          { id: 'details-title', tabindex: '-1', dir: 'auto', lang: languageOf(title, language) },
          title,
        ),
        el('p', { class: 'facts' }, facts(record).join(SEPARATOR)),
        description(record),
      ),
    ),
    facetList(facets, searchHref),
    el(
      'section',
      { 'aria-labelledby': 'tracks-title' },
      el('h3', { id: 'tracks-title' }, 'Tracks'),
      el('ol', { class: 'tracklist' }, tracks.map(trackRow)),
      missing > 0 ? el('p', { class: 'small' }, `and ${count(missing, 'more track')}`) : null,
    ),
  ]
}

const trackRow = ({ title, artists, year }) =>
  el(
    'li',
    {},
    el('span', { class: 'name', dir: 'auto' }, title),
    el('span', { class: 'artists', dir: 'auto' }, artists.join(', ')),
    el('span', { class: 'year' }, year ?? ''),
  )

function facetList(facets, searchHref) {
  const rows = Object.entries(FACETS).filter(([facet]) => facets[facet].length > 0)
  if (rows.length === 0) return null
  return el(
    'dl',
    { class: 'facet-list' },
    rows.map(([facet, name]) =>
      el(
        'div',
        {},
        el('dt', {}, name),
        facets[facet].map((value) =>
          el('dd', {}, el('a', { href: searchHref(value), 'data-query': value, dir: 'auto' }, value)),
        ),
      ),
    ),
  )
}

const problem = (error, retry) =>
  [
    el(
      'h2',
      { id: 'details-title', tabindex: '-1' },
      error.code === 'not_found' ? 'This playlist is gone.' : 'The playlist did not open.',
    ),
    el('p', { role: 'alert' }, error.message),
    error.code === 'not_found'
      ? null
      : el('button', { type: 'button', class: 'action', onclick: retry }, 'Try again'),
  ].filter(Boolean)
