import { svg } from './dom.js'

/** Ground and three colours each. */
const PALETTES = [
  ['#1f2a44', '#e4572e', '#f3d9b1', '#76b0a8'],
  ['#f2e3c9', '#c8442f', '#22434f', '#e7a83e'],
  ['#143d38', '#f0b67f', '#e8e4d5', '#d1495b'],
  ['#e4e2dc', '#2d3fa3', '#f08a4b', '#1b2029'],
  ['#4a2545', '#f2a1a1', '#f6e7cb', '#e0803f'],
  ['#d3e1de', '#1b6d6d', '#f2c14e', '#233038'],
  ['#2b2d42', '#8d99ae', '#edf2f4', '#ef6f6c'],
  ['#f4d8cd', '#7a2e39', '#edb183', '#30454d'],
  ['#0f4c5c', '#e36414', '#fbe5c8', '#c2d5c0'],
  ['#e3def0', '#5a4fcf', '#f39a9d', '#26213f'],
]

const EDITORIAL = [grooves, bars, tiles, crossfade, horizon, waves]
const TILE = [disc, quarter, half, stripes, ring]

/**
 * Cover art for a playlist: always the same for one id. Editorial ones are one composition, community ones four
 * small pieces, like the mosaics that apps make of a listener's own playlists.
 */
export function cover({ id, kind }) {
  const random = randomFrom(id)
  const [ground, ...colours] = pick(PALETTES, random)
  const art = svg('svg', { class: 'cover', viewBox: '0 0 96 96', 'aria-hidden': 'true' })
  if (kind === 'editorial')
    art.append(rect(0, 0, 96, 96, ground), ...pick(EDITORIAL, random)(colours, random))
  else art.append(...mosaic(ground, colours, random))
  return art
}

function mosaic(ground, colours, random) {
  return [0, 1, 2, 3].flatMap((cell) => {
    const [back, fore] = shuffled([ground, ...colours], random)
    const at = `translate(${(cell % 2) * 48} ${Math.floor(cell / 2) * 48}) rotate(${90 * whole(4, random)} 24 24)`
    return svg('g', { transform: at }, rect(0, 0, 48, 48, back), ...pick(TILE, random)(fore))
  })
}

function disc(colour) {
  return [circle(24, 24, 16, colour)]
}
function quarter(colour) {
  return [svg('path', { d: 'M0 0h48a48 48 0 0 1-48 48z', fill: colour })]
}
function half(colour) {
  return [svg('path', { d: 'M0 24a24 24 0 0 1 48 0z', fill: colour })]
}
function stripes(colour) {
  return [0, 16, 32].map((y) => rect(0, y, 48, 8, colour))
}
function ring(colour) {
  return [svg('circle', { cx: 24, cy: 24, r: 13, fill: 'none', stroke: colour, 'stroke-width': 7 })]
}

function grooves(colours, random) {
  const [x, y] = pick(
    [
      [0, 0],
      [96, 0],
      [0, 96],
      [96, 96],
      [48, 96],
    ],
    random,
  )
  return [88, 74, 60, 46, 32, 18].map((r, i) => circle(x, y, r, colours[i % 3]))
}

function bars(colours, random) {
  return Array.from({ length: 6 }, (_, i) => {
    const height = 20 + whole(60, random)
    return rect(i * 16, 96 - height, 16.5, height, colours[whole(3, random)])
  })
}

function tiles(colours, random) {
  return Array.from({ length: 9 }, (_, i) => {
    const at = `translate(${(i % 3) * 32} ${Math.floor(i / 3) * 32}) rotate(${90 * whole(4, random)} 16 16)`
    const fill = colours[whole(3, random)]
    // The thin stroke closes the seam between neighbours of one colour.
    const seam = { stroke: fill, 'stroke-width': 0.5 }
    return svg('path', { d: 'M0 0h32a32 32 0 0 1-32 32z', fill, ...seam, transform: at })
  })
}

function crossfade(colours, random) {
  const turn = `rotate(${45 * whole(4, random)} 48 48)`
  return [
    svg(
      'g',
      { transform: turn },
      circle(32, 48, 29, colours[0]),
      circle(64, 48, 29, colours[1]),
      svg('path', { d: 'M48 23.8a29 29 0 0 1 0 48.4 29 29 0 0 1 0-48.4z', fill: colours[2] }),
    ),
  ]
}

function horizon(colours, random) {
  const x = 28 + whole(40, random)
  return [
    circle(x, 52, 26, colours[0]),
    ...[0, 1, 2, 3].map((i) => rect(0, 54 + i * 11, 96, 4 + i * 2, colours[1 + (i % 2)])),
  ]
}

function waves(colours, random) {
  const swing = 8 + whole(10, random)
  return [0, 1, 2, 3, 4].map((i) => {
    const y = 18 + i * 16
    const d = `M-4 ${y}q13 ${-swing} 26 0t26 0 26 0 26 0`
    return svg('path', { d, fill: 'none', stroke: colours[i % 3], 'stroke-width': 8 })
  })
}

const rect = (x, y, width, height, fill) => svg('rect', { x, y, width, height, fill })
const circle = (cx, cy, r, fill) => svg('circle', { cx, cy, r, fill })

const whole = (below, random) => Math.floor(random() * below)
const pick = (list, random) => list[whole(list.length, random)]
function shuffled(list, random) {
  return list
    .map((item) => [random(), item])
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item)
}

/** FNV-1a of the text seeds mulberry32: the same numbers for the same id, everywhere. */
function randomFrom(text) {
  let state = 0x811c9dc5
  for (const unit of text) state = Math.imul(state ^ unit.codePointAt(0), 0x01000193)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
