import { readFile } from 'node:fs/promises'
import { type Static, Type } from 'typebox'
import { parse } from 'yaml'
import { messageOf, SegueError } from '../../domain/errors.ts'
import { rowChecker } from '../jsonl.ts'

const path = (description: string) => Type.String({ minLength: 1, description })
const paths = (description: string) => Type.Array(path(description), { minItems: 1, description })

/** Answers of a model: recorded files by step, or an endpoint that is asked. */
const Answers = Type.Union([
  Type.Object(
    {
      recorded: Type.Object(
        {
          curate: paths('Curator answers, JSON Lines'),
          queries: paths('Written queries, JSON Lines'),
          label: paths('Graded pairs, TSV: query, id, grade, reason, source'),
        },
        { additionalProperties: false },
      ),
    },
    { additionalProperties: false },
  ),
  Type.Object(
    {
      endpoint: path('Base URL of an OpenAI-compatible API'),
      model: path('Model to ask'),
      keyEnv: Type.Optional(path('Environment variable that holds the key')),
      maxTokens: Type.Optional(Type.Integer({ minimum: 1, description: 'Budget of each step, in tokens' })),
    },
    { additionalProperties: false },
  ),
])

/** What `segue pipeline run` is told: a YAML file. Paths are as seen from the working folder. */
export const PipelineConfig = Type.Object(
  {
    out: path('Folder for everything that is made'),
    catalogue: paths('Files of the catalogue, in any shape that `segue catalogue import` reads'),
    previousSplits: Type.Optional(path('An earlier splits.tsv that holds')),
    model: path('Model folder'),
    answers: Answers,
    logs: Type.Optional(paths('Behaviour log: files or folders, for pairs and low-performing queries')),
    verdicts: Type.Optional(paths('Verdicts of reviews, obeyed by every later step')),
    index: Type.Optional(path('Where the index bundle goes; out/index by default')),
    evaluate: Type.Object(
      {
        sets: Type.Optional(paths('Query sets in BEIR’s form')),
        written: Type.Optional(paths('Written queries whose dev split is evaluated on')),
        restrict: Type.Optional(Type.Boolean({ description: 'Leave judgements of unknown playlists out' })),
      },
      { additionalProperties: false },
    ),
    monitor: Type.Object(
      {
        canary: path('Canary set: queries.jsonl, frozen qrels.tsv'),
        history: Type.Optional(path('JSON Lines of earlier runs; out/monitor/history.jsonl by default')),
        config: Type.Optional(path('Thresholds that differ from the defaults')),
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
)
export type PipelineConfig = Static<typeof PipelineConfig>

const explain = rowChecker(PipelineConfig)

/** @throws SegueError `invalid_config` with the file, the field and what is wrong */
export async function readPipelineConfig(file: string): Promise<PipelineConfig> {
  let value: unknown
  try {
    value = parse(await readFile(file, 'utf8'))
  } catch (cause) {
    throw new SegueError('invalid_config', `${file}: ${messageOf(cause)}`, { field: file, cause })
  }
  const reason = explain(value)
  if (reason === null) return value as PipelineConfig
  throw new SegueError('invalid_config', `${file}: ${reason}`, {
    field: file,
    expected: 'the fields of demo/pipeline.yaml',
  })
}
