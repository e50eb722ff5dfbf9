/** Reasons beyond this count together: a reason may quote the value, and there may be a million values. */
const REASONS = 200
const EXAMPLES = 20

export interface Tally {
  /** Ids and quoted values are taken out of the reason, so that like is counted with like. */
  add(reason: string, where?: string): void
  counts(): Record<string, number>
  /** The first places, each with its whole reason. */
  examples(): string[]
}

export function openTally(): Tally {
  const counts = new Map<string, number>()
  const examples: string[] = []
  return {
    add(reason, where) {
      const kind = reason
        .replace(/the id \S+/, 'the id')
        .replace(/\/\d+(?=\/| )/g, '/*')
        .replace(/, not (?:"(?:[^"\\]|\\.)*(?:"|\.\.\.)|[^;]+)/g, '')
      const key = counts.has(kind) || counts.size < REASONS ? kind : 'other reasons'
      counts.set(key, (counts.get(key) ?? 0) + 1)
      if (where !== undefined && examples.length < EXAMPLES) examples.push(`${where}: ${reason}`)
    },
    counts: () => Object.fromEntries([...counts].sort((a, b) => b[1] - a[1])),
    examples: () => [...examples],
  }
}
