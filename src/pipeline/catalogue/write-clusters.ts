import { join } from 'node:path'
import { writeLines } from '../jsonl.ts'
import { readLines } from '../lines.ts'
import { readSplits, type Split } from '../splits.ts'
import { clusterSplit, type Ratios, splitOf } from './assign-splits.ts'

export interface ClusterOptions {
  readonly ratios: Ratios
  readonly previousSplits: string | null
}

/**
 * Writes clusters.tsv (the playlists that have near-duplicates, with their cluster: its first id) and splits.tsv (all
 * playlists). A cluster stays together, since a twin in train gives an answer in test away.
 *
 * @param idFile the ids, JSON strings a line, in the order of `clusters`
 */
export async function writeClusters(
  out: string,
  idFile: string,
  clusters: Uint32Array,
  { ratios, previousSplits }: ClusterOptions,
) {
  const earlier = previousSplits === null ? new Map<string, Split>() : await readSplits(previousSplits)
  const sizes = new Map<number, number>()
  for (const root of clusters) sizes.set(root, (sizes.get(root) ?? 0) + 1)
  for (const [root, size] of sizes) if (size === 1) sizes.delete(root)

  const firstIds = new Map<number, string>()
  const assigned = new Map<number, Set<Split>>()
  for await (const { id, root } of numbered(idFile, clusters)) {
    if (!sizes.has(root)) continue
    const first = firstIds.get(root)
    if (first === undefined || id < first) firstIds.set(root, id)
    const split = earlier.get(id)
    if (split) assigned.set(root, (assigned.get(root) ?? new Set()).add(split))
  }

  const splits: Record<Split, number> = { train: 0, dev: 0, test: 0 }
  async function* splitLines() {
    for await (const { id, root } of numbered(idFile, clusters)) {
      const first = firstIds.get(root)
      const split =
        earlier.get(id) ??
        (first === undefined ? splitOf(id, ratios) : clusterSplit(first, assigned.get(root) ?? [], ratios))
      splits[split]++
      yield `${id}\t${split}`
    }
  }
  async function* clusterLines() {
    for await (const { id, root } of numbered(idFile, clusters)) {
      const first = firstIds.get(root)
      if (first !== undefined) yield `${id}\t${first}`
    }
  }
  const clustered = await writeLines(join(out, 'clusters.tsv'), clusterLines())
  await writeLines(join(out, 'splits.tsv'), splitLines())
  const torn = [...assigned.values()].filter((found) => found.size > 1).length
  return { clusters: sizes.size, clustered, splits, torn }
}

async function* numbered(idFile: string, clusters: Uint32Array) {
  let n = 0
  for await (const { text } of readLines(idFile)) {
    yield { id: JSON.parse(text) as string, root: clusters[n++] as number }
  }
}
