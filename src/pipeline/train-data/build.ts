import { join } from 'node:path'
import type { Curation } from '../../domain/curation.ts'
import { DOCUMENT_VERSION, playlistText } from '../../domain/document.ts'
import { openTwins } from '../candidates/twins.ts'
import { readPlaylists } from '../corpus.ts'
import { writeJsonl } from '../jsonl.ts'
import { foldQuery, readQueryRows } from '../query-set.ts'
import type { Split } from '../splits.ts'
import { gatherQueries, type QueryFacts } from './gather.ts'

export interface TrainInput {
  readonly corpus: readonly string[]
  readonly curations: ReadonlyMap<string, Curation>
  readonly querySets: readonly string[]
  readonly labels: readonly string[]
  readonly splits: ReadonlyMap<string, Split>
  readonly wanted: ReadonlySet<Split>
  readonly clusters: ReadonlyMap<string, string>
  /** Query sets of evaluation, whose texts must not be trained on. */
  readonly heldOut: readonly string[]
}

export interface TrainReport {
  readonly documentVersion: string
  readonly documents: number
  readonly pairs: number
  readonly positives: number
  readonly negatives: number
  readonly bySource: Readonly<Record<string, number>>
  /** What was left out, and why. */
  readonly left: Readonly<Record<string, number>>
}

/**
 * Writes what training reads: documents.jsonl {id, text, split} and pairs.jsonl {query, positives, negatives, ignored,
 * source}; ignored are half-right answers and near-twins of the positives. Only playlists of the wanted splits are in either, a near-twin of a positive is never its
 * negative, and a query of an evaluation set is left out.
 */
export async function buildTrainData(input: TrainInput, out: string): Promise<TrainReport> {
  const left: Record<string, number> = {}
  const leave = (reason: string) => {
    left[reason] = (left[reason] ?? 0) + 1
  }
  const splitOf = (id: string) => input.splits.get(id)
  const documents = new Set<string>()
  const members = new Map<string, string[]>()
  async function* texts() {
    for await (const playlist of readPlaylists(input.corpus)) {
      const split = splitOf(playlist.id)
      if (split === undefined) {
        leave('playlists without a split')
        continue
      }
      if (!input.wanted.has(split)) continue
      documents.add(playlist.id)
      const cluster = input.clusters.get(playlist.id)
      if (cluster !== undefined) members.set(cluster, [...(members.get(cluster) ?? []), playlist.id])
      yield { id: playlist.id, text: playlistText(playlist, input.curations.get(playlist.id)), split }
    }
  }
  await writeJsonl(join(out, 'documents.jsonl'), texts())

  const heldOut = new Set<string>()
  for (const file of input.heldOut) {
    for (const { text } of (await readQueryRows(file)).values()) heldOut.add(foldQuery(text))
  }
  const twins = openTwins(input.clusters)
  const counts = { positives: 0, negatives: 0 }
  const bySource: Record<string, number> = {}
  const facts = await gatherQueries(input.querySets, input.labels)
  function* pairs() {
    for (const known of [...facts.values()].sort((a, b) => (a.query < b.query ? -1 : 1))) {
      const row = trainingRow(known, documents, twins, leave)
      if (row === null) continue
      if (heldOut.has(known.query)) {
        leave('queries of an evaluation set')
        continue
      }
      counts.positives += row.positives.length
      counts.negatives += row.negatives.length
      bySource[row.source] = (bySource[row.source] ?? 0) + 1
      const near = row.positives.flatMap((id) => members.get(input.clusters.get(id) ?? '') ?? [])
      const ignored = [...known.ignored, ...near].filter(
        (id) => documents.has(id) && !known.positives.has(id),
      )
      yield { ...row, ignored: [...new Set(ignored)].filter((id) => !row.negatives.includes(id)).sort() }
    }
  }
  const written = await writeJsonl(join(out, 'pairs.jsonl'), pairs())
  return {
    documentVersion: DOCUMENT_VERSION,
    documents: documents.size,
    pairs: written,
    ...counts,
    bySource,
    left,
  }
}

function trainingRow(
  { query, source, positives, negatives }: QueryFacts,
  documents: ReadonlySet<string>,
  twins: (id: string, others: Iterable<string>) => boolean,
  leave: (reason: string) => void,
) {
  // Twins are sought among all positives, those of other splits too: what answers in test is no negative in train.
  const right = [...positives].filter((id) => documents.has(id)).sort()
  if (right.length === 0) {
    leave('queries without a positive in the split')
    return null
  }
  const wrong = [...negatives].sort().filter((id) => {
    if (positives.has(id)) leave('negatives that another source holds for positive')
    else if (!documents.has(id)) leave('negatives outside the split')
    else if (twins(id, positives)) leave('negatives that are near-twins of a positive')
    else return true
    return false
  })
  return { query, positives: right, negatives: wrong, source }
}
