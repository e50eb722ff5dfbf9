/**
 * The JSON object in a model's answer. Models without constrained output wrap it in fences or chat around it: the
 * first complete object counts. Null where there is none.
 */
export function jsonAnswer(content: string): Record<string, unknown> | null {
  const whole = objectOf(content.trim())
  if (whole) return whole
  for (let start = content.indexOf('{'); start >= 0; start = content.indexOf('{', start + 1)) {
    const end = closingBrace(content, start)
    if (end < 0) return null
    const found = objectOf(content.slice(start, end + 1))
    if (found) return found
  }
  return null
}

/** Where the object that opens at `start` closes, braces inside strings left aside; -1 where it is cut off. */
function closingBrace(text: string, start: number): number {
  let depth = 0
  let inString = false
  for (let at = start; at < text.length; at++) {
    const character = text[at]
    if (inString) {
      if (character === '\\') at++
      else if (character === '"') inString = false
    } else if (character === '"') inString = true
    else if (character === '{') depth++
    else if (character === '}' && --depth === 0) return at
  }
  return -1
}

function objectOf(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null
  } catch {
    return null
  }
}
