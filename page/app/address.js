/** Typing that rests this long was a search of its own: the next letter starts a new step of the history. */
const SETTLED_AFTER_MS = 2000

/**
 * What the page shows, as its address has it: ?q=...&era=...&language=...&playlist=...
 *
 * @typedef {{ query: string, eras: string[], languages: string[], playlist: string | null }} Place
 */

/** @returns {Place} */
export function currentPlace() {
  const parameters = new URLSearchParams(location.search)
  return {
    query: parameters.get('q') ?? '',
    eras: parameters.getAll('era'),
    languages: parameters.getAll('language'),
    playlist: parameters.get('playlist'),
  }
}

/** @param {Partial<Place>} place */
export function hrefOf({ query = '', eras = [], languages = [], playlist = null }) {
  const parameters = new URLSearchParams()
  if (query !== '') parameters.set('q', query)
  for (const era of eras) parameters.append('era', era)
  for (const language of languages) parameters.append('language', language)
  if (playlist) parameters.set('playlist', playlist)
  const text = parameters.toString()
  return text === '' ? '/' : `/?${text}`
}

/**
 * The browser's history. A burst of typing is one step; everything else is a step each, so that Back goes through
 * the searches that a listener looked at.
 *
 * @param {(place: Place) => void} onMove called after Back and Forward
 */
export function openHistory(onMove) {
  let settled = true
  let timer
  // Going back takes a moment: a second Escape must not go back twice.
  let leaving = false

  addEventListener('popstate', () => {
    leaving = false
    settle()
    onMove(currentPlace())
  })

  function settle() {
    clearTimeout(timer)
    settled = true
  }

  return {
    settle,
    /** @param {Place} place */
    typed(place) {
      if (hrefOf(place) === hrefOf(currentPlace())) return
      if (settled) history.pushState({ opened: 0 }, '', hrefOf(place))
      else history.replaceState({ opened: 0 }, '', hrefOf(place))
      settled = false
      clearTimeout(timer)
      timer = setTimeout(settle, SETTLED_AFTER_MS)
    },
    /** @param {Place} place */
    step(place) {
      settle()
      const opened = place.playlist ? (history.state?.opened ?? 0) + 1 : 0
      history.pushState({ opened }, '', hrefOf(place))
    },
    /** Leaves the details and every playlist looked at from them; `onMove` follows. */
    leaveDetails() {
      const opened = history.state?.opened ?? 0
      if (leaving) return
      if (opened > 0) {
        leaving = true
        history.go(-opened)
      } else {
        history.replaceState({ opened: 0 }, '', hrefOf({ ...currentPlace(), playlist: null }))
        onMove(currentPlace())
      }
    },
  }
}
