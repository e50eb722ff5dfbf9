/** Whether a playlist is a near-twin of one of some others, by clusters.tsv. */
export function openTwins(clusters: ReadonlyMap<string, string>) {
  return (id: string, others: Iterable<string>): boolean => {
    const cluster = clusters.get(id)
    if (cluster === undefined) return false
    for (const other of others) if (other !== id && clusters.get(other) === cluster) return true
    return false
  }
}
