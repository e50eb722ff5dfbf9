/**
 * Expressions that are evaluated in the page. They are text, since they speak of the browser's own objects.
 */

/**
 * Texts whose contrast with what lies behind them is below WCAG 2.2 AA: 4.5, or 3 where they are large. Unlike axe's
 * rule it also measures text under the link that covers a whole card.
 */
export const LOW_CONTRAST = `(() => {
  const parse = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number)
  const channel = (c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4)
  const luminance = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b)
  const behind = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const [r, g, b, alpha = 1] = parse(getComputedStyle(at).backgroundColor)
      if (alpha === 1) return [r, g, b]
    }
    return [255, 255, 255]
  }
  const root = document.querySelector('dialog[open]') ?? document.body
  const low = []
  let measured = 0
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement
    if (!walker.currentNode.data.trim() || !node.checkVisibility() || node.closest('.hidden, noscript, script')) continue
    if (!document.querySelector('dialog[open]') && node.closest('dialog')) continue
    const style = getComputedStyle(node)
    const [a, b] = [luminance(parse(style.color)), luminance(behind(node))]
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
    const size = parseFloat(style.fontSize)
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700)
    measured += 1
    if (ratio < (large ? 3 : 4.5)) low.push(ratio.toFixed(2) + ' ' + walker.currentNode.data.trim().slice(0, 40))
  }
  return measured > 5 ? low : ['only ' + measured + ' texts were measured']
})()`

/** Links and buttons smaller than 44 by 44 CSS pixels; those within a sentence and the card's own link are let be. */
export const SMALL_TARGETS = `(() => {
  const root = document.querySelector('dialog[open]') ?? document
  const targets = [...root.querySelectorAll('a, button, input')].filter((node) => node.checkVisibility())
  const small = (node) => {
    const box = (node.closest('.card') ?? node).getBoundingClientRect()
    return box.width < 43.5 || box.height < 43.5
  }
  const counted = targets.filter((node) => !node.matches('.skip, noscript a'))
  return counted.filter(small).map((node) => node.outerHTML.slice(0, 80) + JSON.stringify(node.getBoundingClientRect()))
})()`
