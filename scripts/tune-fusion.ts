/**
 * Tries weights of the ranking on dev queries: the share of the text leg, what the beginning of a title adds, and the
 * score below which there is no answer. It only prints; the constants are chosen by a person in src/search/rank.ts.
 *
 *   npx tsx scripts/tune-fusion.ts --index DIR --model DIR --set DIR.. --written FILE.. --splits FILE
 */
import { parseArgs } from 'node:util'
import { normaliseQuery } from '../src/domain/query.ts'
import { mean, quantile } from '../src/domain/statistics.ts'
import { answerable, relevantGrade, scoreRun } from '../src/pipeline/evaluate/compare.ts'
import { openSearchEngines, type SearchEngines } from '../src/pipeline/evaluate/engines.ts'
import type { QuerySet } from '../src/pipeline/evaluate/query-set.ts'
import { openQuerySets } from '../src/pipeline/evaluate/query-sets.ts'
import { markdownTable, share } from '../src/pipeline/report/table.ts'
import type { Candidate } from '../src/retrieval/retriever.ts'
import { FUSION, type Fusion, rank } from '../src/search/rank.ts'

const LEXICAL = [0, 0.1, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6, 0.7, 0.8, 1]
const TITLE_PREFIX = [0, 0.02, 0.05, 0.1, 0.2]
const FLOORS = [0, 0.1, 0.15, 0.2, 0.22, 0.24, 0.26, 0.28, 0.3, 0.32, 0.34, 0.36, 0.38, 0.4, 0.45]
const DEPTH = 100

/** What each query's ranking is made from: retrieved once, ranked many times. */
type Retrieved = ReadonlyMap<string, readonly Candidate[]>

async function retrieveAll({ embedder, bundle }: SearchEngines, set: QuerySet): Promise<Retrieved> {
  const retrieved = new Map<string, readonly Candidate[]>()
  for (const { _id, text } of set.queries) {
    const query = normaliseQuery(text)
    const { vector } = await embedder.embed(query, 'query')
    retrieved.set(_id, await bundle.retriever.retrieve({ text: query, vector, filter: {}, depth: DEPTH }))
  }
  return retrieved
}

function figures(set: QuerySet, retrieved: Retrieved, fusion: Fusion, floor: number) {
  const run = new Map(
    [...retrieved].map(([id, found]) => [id, rank(found, floor, fusion).map((hit) => hit.id)]),
  )
  const scores = scoreRun(set, run, relevantGrade(set, 2))
  return (['recall@1', 'recall@3', 'recall@10', 'ndcg@10', 'p@1'] as const).map((metric) =>
    share(mean(scores.map((score) => score[metric]))),
  )
}

const METRICS = ['R@1', 'R@3', 'R@10', 'nDCG@10', 'P@1']
const print = (text: string) => process.stdout.write(`${text}\n\n`)

function tryWeights(set: QuerySet, retrieved: Retrieved): void {
  print(`## ${set.name}: ${answerable(set).length} queries`)
  print(
    markdownTable({
      head: ['weight of the text leg', ...METRICS],
      rows: LEXICAL.map((lexical) => [
        lexical.toFixed(2),
        ...figures(set, retrieved, { ...FUSION, lexical, dense: 1 - lexical }, 0),
      ]),
    }),
  )
  print(
    markdownTable({
      head: [`beginning of a title adds (text ${FUSION.lexical})`, ...METRICS],
      rows: TITLE_PREFIX.map((titlePrefix) => [
        titlePrefix.toFixed(2),
        ...figures(set, retrieved, { ...FUSION, titlePrefix }, 0),
      ]),
    }),
  )
}

/** What a floor for the best hit costs the queries that have an answer, and what it spares those that have none. */
function tryFloors(set: QuerySet, retrieved: Retrieved, lexical: number): void {
  const without = set.queries.filter(({ intent }) => intent === 'none')
  const fusion: Fusion = { ...FUSION, lexical, dense: 1 - lexical }
  const top = (id: string) => rank(retrieved.get(id) ?? [], 0, fusion)[0]?.score ?? 0
  const spread = (ids: readonly string[]) => {
    const scores = ids.map(top).sort((a, b) => a - b)
    return [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1].map((part) => quantile(scores, part).toFixed(3)).join(' ')
  }
  const answers = answerable(set).map(({ _id }) => _id)
  print(
    `Text leg ${lexical}. Top scores (least, 5, 25, 50, 75, 95 %, most) with an answer: ${spread(answers)}`,
  )
  if (without.length > 0) print(`Top scores without one: ${spread(without.map(({ _id }) => _id))}`)
  print(
    markdownTable({
      head: ['floor', 'no answer, empty', 'answerable, empty', ...METRICS],
      rows: FLOORS.map((floor) => [
        floor.toFixed(2),
        `${without.filter(({ _id }) => top(_id) < floor).length} of ${without.length}`,
        `${answers.filter((id) => top(id) < floor).length} of ${answers.length}`,
        ...figures(set, retrieved, fusion, floor),
      ]),
    }),
  )
}

const { values } = parseArgs({
  options: {
    index: { type: 'string', default: 'index-data/demo' },
    model: { type: 'string', default: 'models/segue-minilm-v1' },
    set: { type: 'string', multiple: true, default: [] },
    written: { type: 'string', multiple: true, default: [] },
    splits: { type: 'string' },
    'text-weight': { type: 'string', multiple: true, default: [String(FUSION.lexical)] },
  },
})
const engines = await openSearchEngines(values.model, values.index)
try {
  const { set, written, splits } = values
  for (const each of await openQuerySets({ folders: set, written, splits, split: 'dev' })) {
    const retrieved = await retrieveAll(engines, each)
    tryWeights(each, retrieved)
    for (const lexical of values['text-weight']) tryFloors(each, retrieved, Number(lexical))
  }
} finally {
  await engines.close()
}
