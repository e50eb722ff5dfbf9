import { el } from './dom.js'
import { languageName } from './words.js'

const MOST = { eras: 6, languages: 4 }

/**
 * Chips that narrow a search to a decade or a language. They offer what the whole answer holds, so that none of
 * them leads to nothing, and stay as they are while one is on.
 *
 * @param {(facet: 'eras' | 'languages', value: string) => void} onToggle
 */
export function filterChips(onToggle) {
  let offered = { query: null, eras: [], languages: [] }

  function offer(place, hits) {
    if (place.query !== offered.query) offered = { query: place.query, eras: [], languages: [] }
    if (place.eras.length + place.languages.length === 0 || offered.eras.length === 0) {
      offered = {
        query: place.query,
        eras: mostFrequent(
          hits.flatMap((hit) => hit.facets.eras),
          MOST.eras,
        ).sort(),
        languages: mostFrequent(
          hits.flatMap((hit) => hit.language ?? []),
          MOST.languages,
        ),
      }
    }
    const withActive = (facet) => [...new Set([...offered[facet], ...place[facet]])]
    return { eras: withActive('eras'), languages: withActive('languages') }
  }

  /** The chips for an answer, or null where there is nothing to choose between. */
  return (place, hits) => {
    const { eras, languages } = offer(place, hits)
    const active = place.eras.length + place.languages.length > 0
    if (!active && eras.length < 2 && languages.length < 2) return null
    const chips = (facet, values, name) =>
      values.map((value) => chip(name(value), place[facet].includes(value), () => onToggle(facet, value)))
    return el(
      'div',
      { class: 'filters', role: 'group', 'aria-label': 'Narrow the search' },
      el('span', { class: 'label', 'aria-hidden': 'true' }, 'Narrow to'),
      eras.length > 1 || place.eras.length > 0 ? chips('eras', eras, (era) => era) : null,
      el('span', { class: 'gap' }),
      languages.length > 1 || place.languages.length > 0 ? chips('languages', languages, languageName) : null,
    )
  }
}

const chip = (name, pressed, onclick) =>
  el('button', { type: 'button', class: 'filter', 'aria-pressed': String(pressed), onclick }, name)

function mostFrequent(values, most) {
  const counts = new Map()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, most)
    .map(([value]) => value)
}
