import { el } from './dom.js'
import { milliseconds } from './words.js'

const STAGES = ['cache', 'tokenize', 'embed', 'retrieve', 'rank']

/** "in 6.4 ms, cache miss" */
export const total = ({ took, cache }) => `in ${milliseconds(took.total)}, cache ${cache}`

/**
 * How long each stage of an answer took: a bar in proportion, and the figures beneath it. The names are the API's own;
 * what lies between the stages is `other`.
 */
export function timing({ took }) {
  const stages = STAGES.filter((stage) => took[stage] !== undefined).map((stage) => [stage, took[stage]])
  const rest = took.total - stages.reduce((sum, [, ms]) => sum + ms, 0)
  const parts = [...stages, ['other', Math.max(0, rest)]]
  return el(
    'figure',
    { class: 'timing', 'aria-label': 'How long the answer took' },
    el(
      'div',
      { class: 'spans', 'aria-hidden': 'true' },
      parts.map(([stage, ms]) => span(stage, ms / took.total)),
    ),
    el(
      'dl',
      {},
      parts.map(([stage, ms]) =>
        el('div', { class: `stage ${stage}` }, el('dt', {}, stage), el('dd', {}, milliseconds(ms))),
      ),
    ),
  )
}

function span(stage, share) {
  const node = el('span', { class: `span ${stage}` })
  // Through the object model: the page's policy refuses style attributes.
  node.style.flexGrow = String(share)
  return node
}
