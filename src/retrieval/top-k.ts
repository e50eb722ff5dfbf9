/**
 * The rows with the k greatest scores, unordered; among equal scores the lower rows. A score of NaN leaves a row out. A
 * heap of k with the worst on top: nearly every row is settled by one comparison.
 */
export function topK(
  rows: Iterable<number>,
  scoreOf: (row: number) => number,
  k: number,
): Map<number, number> {
  const heapRows: number[] = []
  const heapScores: number[] = []
  const worse = (a: number, b: number) => {
    const difference = (heapScores[a] as number) - (heapScores[b] as number)
    return difference < 0 || (difference === 0 && (heapRows[a] as number) > (heapRows[b] as number))
  }
  const swap = (a: number, b: number) => {
    ;[heapRows[a], heapRows[b]] = [heapRows[b] as number, heapRows[a] as number]
    ;[heapScores[a], heapScores[b]] = [heapScores[b] as number, heapScores[a] as number]
  }
  const rise = () => {
    for (
      let at = heapRows.length - 1, up = (at - 1) >> 1;
      at > 0 && worse(at, up);
      at = up, up = (at - 1) >> 1
    ) {
      swap(at, up)
    }
  }
  const sink = () => {
    for (let at = 0; ; ) {
      let next = 2 * at + 1
      if (next >= heapRows.length) return
      if (next + 1 < heapRows.length && worse(next + 1, next)) next++
      if (!worse(next, at)) return
      swap(next, at)
      at = next
    }
  }
  for (const row of rows) {
    const score = scoreOf(row)
    if (Number.isNaN(score)) continue
    if (heapRows.length < k) {
      heapRows.push(row)
      heapScores.push(score)
      rise()
      continue
    }
    if (k === 0) break
    const least = heapScores[0] as number
    if (score < least || (score === least && row > (heapRows[0] as number))) continue
    heapRows[0] = row
    heapScores[0] = score
    sink()
  }
  return new Map(heapRows.map((row, i) => [row, heapScores[i] as number]))
}
