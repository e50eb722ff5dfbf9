import { defineCommand } from 'citty'
import { SegueError } from '../domain/errors.ts'
import { parseQuotas, queriesToAsk } from './candidates/asked.ts'
import { controlPairs } from './candidates/controls.ts'
import { scoreGiven } from './candidates/given.ts'
import type { CandidatePair } from './candidates/pair.ts'
import { bestCosine, proposePairs } from './candidates/propose.ts'
import { openSecondRanking, type SecondRanking } from './candidates/second-endpoint.ts'
import { openTwins } from './candidates/twins.ts'
import { fileList, inputFiles, readPlaylists } from './corpus.ts'
import { type Engines, openEngines } from './engines.ts'
import { enrichedPlaylists, readCurations } from './enriched.ts'
import { writeJsonl } from './jsonl.ts'
import { integer, number } from './llm/args.ts'
import { openProgress } from './progress.ts'
import { foldQuery } from './query-set.ts'
import { readClusters, readSplits, wantedSplits } from './splits.ts'

export const candidates = defineCommand({
  meta: { name: 'candidates', description: 'Propose <query, playlist> pairs for the labeller' },
  args: {
    corpus: { type: 'positional', description: 'Corpus files (JSON Lines)', required: true },
    out: { type: 'string', description: 'candidates.jsonl', required: true, valueHint: 'FILE' },
    queries: {
      type: 'string',
      description: 'Query sets (folders of segue queries); several with commas',
      valueHint: 'DIR',
    },
    'low-performing': {
      type: 'string',
      description: 'Logged queries that found nothing good (queries.jsonl)',
      valueHint: 'FILE',
    },
    pairs: {
      type: 'string',
      description: 'Take these pairs (TSV: query, id, source) instead',
      valueHint: 'FILE',
    },
    model: { type: 'string', description: 'Model folder', required: true, valueHint: 'DIR' },
    index: { type: 'string', description: 'Index bundle of that model', required: true, valueHint: 'DIR' },
    splits: {
      type: 'string',
      description: 'splits.tsv: propose only playlists of --split',
      valueHint: 'FILE',
    },
    split: { type: 'string', description: 'Splits to propose from', default: 'train' },
    clusters: {
      type: 'string',
      description: 'clusters.tsv: no near-twin of a known answer',
      valueHint: 'FILE',
    },
    quotas: {
      type: 'string',
      description: 'Candidates of a query by proposer',
      default: 'top=1,mid=1,bm25=1,second=1',
    },
    controls: {
      type: 'string',
      description: 'Share of queries with a known answer, and with a probe',
      default: '0.03',
    },
    'max-queries': { type: 'string', description: 'Propose for as many queries at most' },
    'second-endpoint': { type: 'string', description: 'Base URL of a second, OpenAI-compatible /embeddings' },
    'second-model': { type: 'string', description: 'Model of the second endpoint' },
    'second-key-env': {
      type: 'string',
      description: 'Variable that holds its key',
      default: 'OPENAI_API_KEY',
    },
    verdicts: { type: 'string', description: 'Verdicts of a review', valueHint: 'FILE' },
    curation: {
      type: 'string',
      description: 'Curations, for the texts that the second model embeds',
      valueHint: 'FILE',
    },
  },
  async run({ args }) {
    const corpus = inputFiles(args._, 'corpus')
    const engines = await openEngines(args.model, args.index)
    try {
      const pairs = args.pairs
        ? scoreGiven(inputFiles([args.pairs], '--pairs')[0] as string, engines)
        : proposeAll(corpus, engines, args)
      const count = await writeJsonl(args.out, pairs)
      process.stdout.write(`${count} pairs to label written to ${args.out}\n`)
    } finally {
      await engines.close()
    }
  },
})

type Args = Readonly<Record<string, unknown>> & {
  readonly queries?: string | undefined
  readonly splits?: string | undefined
  readonly clusters?: string | undefined
  readonly split: string
  readonly quotas: string
  readonly curation?: string | undefined
  readonly verdicts?: string | undefined
}

async function* proposeAll(
  corpus: readonly string[],
  { embedder, bundle }: Engines,
  args: Args,
): AsyncGenerator<CandidatePair> {
  const lowPerforming = fileList(args['low-performing'] as string | undefined)
  const all = await queriesToAsk(fileList(args.queries), lowPerforming)
  const asked = all.slice(0, integer(args, 'max-queries', 1))
  const quotas = parseQuotas(args.quotas)
  const rate = number(args, 'controls', 0) ?? 0
  const splits = args.splits ? await readSplits(args.splits) : null
  const wanted = wantedSplits(args.split)
  const inSplit = (id: string) => splits === null || wanted.has(splits.get(id) ?? 'test')
  const twins = openTwins(args.clusters ? await readClusters(args.clusters) : new Map())
  const second = await secondRanking(corpus, args)
  const strangers: string[] = []
  for await (const { id } of readPlaylists(corpus)) if (inSplit(id)) strangers.push(id)

  const progress = openProgress('candidates', asked.length, 'queries')
  for (const [n, { text, known }] of asked.entries()) {
    const { vector } = await embedder.embed(foldQuery(text), 'query')
    const proposed = await proposePairs(
      { text, vector, known },
      quotas,
      bundle.retriever,
      second,
      (id, others) => {
        return !inSplit(id) || twins(id, others)
      },
    )
    yield* proposed
    const ids = new Set(proposed.map(({ id }) => id))
    const knownScore = await bestCosine(bundle.retriever, vector, known)
    yield* controlPairs(text, known, knownScore, strangers, rate, (id) => ids.has(id) || twins(id, known))
    progress.update(n + 1)
  }
  progress.done()
}

async function secondRanking(corpus: readonly string[], args: Args): Promise<SecondRanking | null> {
  const baseUrl = args['second-endpoint']
  if (typeof baseUrl !== 'string') return null
  const model = args['second-model']
  if (typeof model !== 'string') {
    throw new SegueError('invalid_config', '--second-endpoint needs --second-model', {
      field: '--second-model',
    })
  }
  const apiKey = process.env[String(args['second-key-env'])] ?? 'none'
  const endpoint = { baseUrl, model, apiKey, timeoutMs: 120_000, retries: 6 }
  return openSecondRanking(
    endpoint,
    enrichedPlaylists(corpus, await readCurations(fileList(args.curation), fileList(args.verdicts))),
  )
}
