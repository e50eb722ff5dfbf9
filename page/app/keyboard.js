/**
 * "/" goes to the search field; arrows walk through the cards: down and up along a shelf, left and right between
 * the shelves, up from the first card back to the field.
 *
 * @param {HTMLInputElement} field
 */
export function walkByKeyboard(field) {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
    if (document.querySelector('dialog[open]')) return
    const target = event.key === '/' && event.target !== field ? field : destination(event, field)
    if (!target) return
    event.preventDefault()
    target.focus()
    if (target === field) field.select()
    else target.closest('.card').scrollIntoView({ block: 'nearest' })
  })
}

function destination({ key, target }, field) {
  if (target === field) return key === 'ArrowDown' ? document.querySelector('.card a') : null
  const list = target.closest?.('.cards')
  if (!list || !target.matches('.card a')) return null
  const links = [...list.querySelectorAll('.card a')]
  const at = links.indexOf(target)
  switch (key) {
    case 'ArrowDown':
      return links[at + 1]
    case 'ArrowUp':
      return links[at - 1] ?? field
    case 'ArrowRight':
    case 'ArrowLeft':
      return neighbour(list, at, key === 'ArrowRight' ? 1 : -1)
  }
}

function neighbour(list, at, step) {
  const lists = [...document.querySelectorAll('.cards')]
  const links = lists[lists.indexOf(list) + step]?.querySelectorAll('.card a')
  return links?.[Math.min(at, links.length - 1)]
}
