import { currentPlace, hrefOf, openHistory } from './address.js'
import { info, searchPlaylists } from './api.js'
import { openDetails } from './details.js'
import { byId } from './dom.js'
import { filterChips } from './filters.js'
import { walkByKeyboard } from './keyboard.js'
import { boneFilters, PAGE, shelves, skeleton } from './shelves.js'
import { degradedNotice, failed, firstVisit, noResult } from './states.js'
import { timing, total } from './timing.js'
import { count, summary } from './words.js'

const TYPING_PAUSE_MS = 150
/** Answers come sooner than this; a skeleton that flashes would only be noise. */
const SKELETON_AFTER_MS = 250

const field = byId('q')
const clear = byId('clear')
const main = byId('results')

let place = currentPlace()
let searching = new AbortController()
let shown = null

const steps = openHistory((next) => apply(next))
const details = openDetails(byId('details'), {
  hrefOf: (id) => hrefOf({ ...place, playlist: id }),
  searchHref: (query) => hrefOf({ query }),
  onClose: steps.leaveDetails,
  fallback: field,
})
const chips = filterChips((facet, value) => {
  const values = place[facet]
  const toggled = values.includes(value) ? values.filter((other) => other !== value) : [...values, value]
  go({ ...place, [facet]: toggled })
})

/** A step of the history, and what it shows. */
function go(next) {
  steps.step(next)
  apply(next)
}

function apply(next) {
  place = next
  if (field.value.trim() !== next.query.trim()) field.value = next.query
  clear.hidden = field.value === ''
  document.title = next.query.trim() ? `${next.query.trim()} – Segue` : 'Segue: playlist search'
  if (shown !== searchKey(next)) search(next)
  if (next.playlist) details.show(next.playlist)
  else details.hide()
}

const searchKey = ({ query, eras, languages }) => JSON.stringify([query.trim(), eras, languages])

async function search(asked) {
  searching.abort()
  searching = new AbortController()
  const { signal } = searching
  shown = searchKey(asked)
  if (asked.query.trim() === '') return show({ content: firstVisit(), summary: '' })

  main.setAttribute('aria-busy', 'true')
  const wait = setTimeout(() => {
    if (!main.querySelector('.shelves'))
      show({ content: skeleton(), filters: boneFilters(), summary: 'Searching …' })
    document.body.classList.add('searching')
  }, SKELETON_AFTER_MS)
  try {
    const answer = await searchPlaylists(asked, { limit: PAGE }, signal)
    if (!signal.aborted) showAnswer(asked, answer, signal)
  } catch (failure) {
    if (!signal.aborted) showFailure(asked, failure)
  } finally {
    clearTimeout(wait)
    if (!signal.aborted) {
      main.removeAttribute('aria-busy')
      document.body.classList.remove('searching')
    }
  }
}

function showAnswer(asked, answer, signal) {
  const { groups, degraded } = answer
  const hits = groups.flatMap((group) => group.hits)
  const filtered = asked.eras.length + asked.languages.length > 0
  const withoutFilters = () => go({ ...asked, eras: [], languages: [] })
  const loadMore = async (kind, offset) => {
    const page = await searchPlaylists(asked, { limit: PAGE, offset, kind }, signal)
    return page.groups[0]
  }
  show({
    summary: hits.length > 0 ? summary(groups) : 'No playlists',
    timing: timing(answer),
    total: total(answer),
    filters: chips(asked, hits),
    notice: degradedNotice(degraded),
    content:
      hits.length > 0
        ? shelves(groups, (hit) => hrefOf({ ...asked, playlist: hit.id }), loadMore)
        : noResult(asked.query, filtered ? withoutFilters : null),
  })
}

function showFailure(asked, failure) {
  // Only an answer counts as shown: the same query may be asked again.
  shown = null
  const retry = () => {
    field.focus()
    search(asked)
  }
  if (failure.code === 'offline' || failure.code === 'unreachable') {
    addEventListener('online', () => shown === null && search(place), { once: true })
  }
  show({ content: failed(failure, retry), summary: '' })
}

function show({ content, summary: text, total: time = '', timing: bar, filters, notice }) {
  byId('summary').textContent = text
  byId('total').textContent = time
  for (const [id, part] of Object.entries({ timing: bar, filters, notice })) {
    byId(id).replaceChildren(...(part ? [part] : []))
  }
  byId('content').replaceChildren(content)
}

let typing
function typed(pause) {
  clear.hidden = field.value === ''
  clearTimeout(typing)
  typing = setTimeout(() => {
    const query = field.value
    // Other words, another search: what narrowed the last one would surprise.
    const next = { query, eras: [], languages: [], playlist: null }
    if (query.trim() === place.query.trim() && shown !== null) return
    steps.typed(next)
    apply(next)
  }, pause)
}

field.addEventListener('input', (event) => event.isComposing || typed(TYPING_PAUSE_MS))
field.addEventListener('compositionend', () => typed(TYPING_PAUSE_MS))
field.addEventListener('blur', steps.settle)
byId('search').addEventListener('submit', (event) => {
  event.preventDefault()
  typed(0)
  setTimeout(steps.settle)
})
clear.addEventListener('click', () => {
  field.value = ''
  field.focus()
  typed(0)
})

// Links of the page are real ones, so that they open in a new tab too; a plain click stays here.
document.addEventListener('click', (event) => {
  const link = event.target.closest('a[data-playlist], a[data-query]')
  if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
  event.preventDefault()
  const { playlist, query } = link.dataset
  if (playlist) go({ ...place, playlist })
  else {
    go({ query, eras: [], languages: [], playlist: null })
    // On a phone the field would raise the keyboard over the answer.
    const start = matchMedia('(hover: hover)').matches ? field : main
    start.focus({ preventScroll: true })
    scrollTo(0, 0)
  }
})

walkByKeyboard(field)
if (!place.playlist) field.focus()
apply(place)
info().then(
  ({ model, index }) => {
    const { editorial = 0, community = 0 } = index.counts
    byId('versions').textContent =
      `${count(editorial, 'editorial playlist')}, ${count(community, 'community playlist')} · model ${model.name} · index ${index.name}`
  },
  () => {}, // The footer can do without.
)
