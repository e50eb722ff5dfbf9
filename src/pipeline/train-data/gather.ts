import { SegueError } from '../../domain/errors.ts'
import { readJsonl } from '../jsonl.ts'
import { LabelledPair } from '../label/decide.ts'
import { foldQuery, readQrels, readQueryRows } from '../query-set.ts'

/** All that is known about one query. */
export interface QueryFacts {
  readonly query: string
  source: string
  readonly positives: Set<string>
  readonly negatives: Set<string>
  /** Neither: half right, or held to be wrong and yet as near as a positive. */
  readonly ignored: Set<string>
}

/**
 * Query sets and labels together, by query. Where a label and a query set disagree, the label rules: a labelled
 * false negative becomes a positive (RLHN, 2505.16967), and a known answer that was graded 0 is neither.
 */
export async function gatherQueries(
  querySets: readonly string[],
  labelFiles: readonly string[],
): Promise<Map<string, QueryFacts>> {
  const facts = new Map<string, QueryFacts>()
  const factsOf = (query: string, source: string): QueryFacts => {
    const key = foldQuery(query)
    const found = facts.get(key) ?? {
      query: key,
      source,
      positives: new Set(),
      negatives: new Set(),
      ignored: new Set(),
    }
    facts.set(key, found)
    return found
  }
  for (const folder of querySets) {
    const queries = await readQueryRows(`${folder}/queries.jsonl`)
    for (const [id, judged] of await readQrels(`${folder}/qrels.tsv`)) {
      const row = queries.get(id)
      if (!row) {
        throw new SegueError('invalid_input', `${folder}/qrels.tsv judges ${id}, which queries.jsonl lacks`, {
          field: `${folder}/qrels.tsv`,
          expected: 'queries and judgements of one set',
        })
      }
      const known = factsOf(row.text, row.source ?? 'given')
      for (const [playlist, grade] of judged) if (grade > 0) known.positives.add(playlist)
    }
  }
  for (const file of labelFiles) {
    for await (const { value } of readJsonl(file, LabelledPair)) {
      if (value.source === 'probe') continue
      const known = factsOf(value.query, 'labels')
      if (value.decision === 'positive') known.positives.add(value.id)
      else if (value.grade === 0) known.positives.delete(value.id)
      if (value.decision === 'hard_negative') known.negatives.add(value.id)
      if (value.decision === 'dropped') known.ignored.add(value.id)
    }
  }
  return facts
}
