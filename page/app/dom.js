/**
 * An element. Children that are strings become text: nothing an answer holds is ever read as markup.
 *
 * @param {string} tag
 * @param {Record<string, unknown>} attributes `on…` adds a listener; false, null and undefined are left out
 */
export function el(tag, attributes = {}, ...children) {
  return build(document.createElement(tag), attributes, children)
}

/** The same for SVG. */
export function svg(tag, attributes = {}, ...children) {
  return build(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children)
}

function build(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value)
    else if (value !== undefined && value !== null && value !== false) {
      node.setAttribute(name, value === true ? '' : String(value))
    }
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false))
  return node
}

/** Text that only screen readers say. */
export const hidden = (text) => el('span', { class: 'hidden' }, text)

export const byId = (id) => document.getElementById(id)
