import { el } from './dom.js'
import { milliseconds } from './words.js'

const STAGES = ['cache', 'tokenize', 'embed', 'retrieve', 'rank']

/**
 * How long each stage of an answer took: a bar in proportion, and the figures beneath it. The names are the API's own;
 * what lies between the stages (reading the records, explaining the matches) is `other`.
 */
export function timing({ took, cache }) {
  const stages = STAGES.filter((stage) => took[stage] !== undefined)
  const rest = Math.max(0, took.total - stages.reduce((sum, stage) => sum + took[stage], 0))
  return el(
    'figure',
    { class: 'timing', 'aria-label': 'How long the answer took' },
    el(
      'div',
      { class: 'spans', 'aria-hidden': 'true' },
      stages.map((stage) => span(stage, took[stage] / took.total)),
      span('other', rest / took.total),
    ),
    el(
      'dl',
      {},
      stages.map((stage) => entry(stage, took[stage])),
      entry('other', rest),
    ),
    el('figcaption', {}, `${milliseconds(took.total)} in all, cache ${cache}`),
  )
}

function span(stage, share) {
  const node = el('span', { class: `span ${stage}` })
  // Through the object model: the page's policy refuses style attributes.
  node.style.flexGrow = String(share)
  return node
}

const entry = (stage, ms) =>
  el('div', { class: `stage ${stage}` }, el('dt', {}, stage), el('dd', {}, milliseconds(ms)))
