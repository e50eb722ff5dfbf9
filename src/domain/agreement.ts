/** Counts of answers by two raters: `matrix[a][b]` items were graded a by the first and b by the second. */
export type Confusion = readonly (readonly number[])[]

/** @param grades how many grades there are, from 0; pairs are (first rater, second rater) */
export function confusion(pairs: readonly (readonly [number, number])[], grades: number): Confusion {
  const matrix = Array.from({ length: grades }, () => new Array<number>(grades).fill(0))
  for (const [a, b] of pairs) {
    const row = matrix[a]
    if (!row || !(b in row)) throw new RangeError(`grades are 0 to ${grades - 1}, not ${a} and ${b}`)
    row[b] = (row[b] as number) + 1
  }
  return matrix
}

/**
 * Agreement beyond chance, 1 for perfect, 0 for chance (Cohen, Psychological Bulletin 70, 1968). Disagreements weigh
 * by their distance, or by its square. NaN where chance itself would always agree (all one grade).
 */
export function weightedKappa(matrix: Confusion, weights: 'linear' | 'quadratic'): number {
  const rows = matrix.map(sum)
  const columns = matrix.map((_, b) => sum(matrix.map((row) => row[b] as number)))
  const total = sum(rows)
  let observed = 0
  let expected = 0
  for (let a = 0; a < matrix.length; a++) {
    for (let b = 0; b < matrix.length; b++) {
      const weight = weights === 'linear' ? Math.abs(a - b) : (a - b) ** 2
      observed += weight * (matrix[a]?.[b] as number)
      expected += (weight * (rows[a] as number) * (columns[b] as number)) / total
    }
  }
  return expected === 0 ? Number.NaN : 1 - observed / expected
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
