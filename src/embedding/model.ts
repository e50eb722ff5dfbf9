import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { verifyArtefact } from '../artefact/artefact.ts'
import { SegueError } from '../domain/errors.ts'

export const MODEL_FORMAT = 'segue-model/1'

const Precision = Type.Union([Type.Literal('int8'), Type.Literal('fp16'), Type.Literal('fp32')])
export type Precision = Static<typeof Precision>

/** What a model folder says of itself, beside the fields of every manifest (artefact/artefact.ts). */
const ModelFields = Type.Object({
  format: Type.Literal(MODEL_FORMAT),
  name: Type.String({ minLength: 1 }),
  dimensions: Type.Integer({ minimum: 1 }),
  maxTokens: Type.Integer({ minimum: 3, description: 'Word-pieces read, special tokens included' }),
  pooling: Type.String(),
  normalised: Type.Literal(true, { description: 'The graph itself pools and normalises' }),
  prefixes: Type.Object({ query: Type.String(), document: Type.String() }),
  input: Type.Array(
    Type.Union([Type.Literal('input_ids'), Type.Literal('attention_mask'), Type.Literal('token_type_ids')]),
    { minItems: 1 },
  ),
  output: Type.String({ minLength: 1 }),
  precisions: Type.Record(Type.String(), Type.String({ pattern: '^[^/\\\\]+\\.onnx$' })),
  licence: Type.String(),
  source: Type.String(),
  fingerprint: Type.String(),
})
const modelShape = Compile(ModelFields)

/** A model folder that was verified: its files are those that were sealed. */
export interface Model {
  readonly folder: string
  readonly name: string
  readonly fingerprint: string
  readonly dimensions: number
  readonly maxTokens: number
  readonly pooling: string
  readonly prefixes: { readonly query: string; readonly document: string }
  readonly input: readonly ('input_ids' | 'attention_mask' | 'token_type_ids')[]
  readonly output: string
  /** File names of the graphs that are present; a manifest may list some that a clone does not carry. */
  readonly precisions: Readonly<Partial<Record<Precision, string>>>
  readonly licence: string
  readonly source: string
}

/**
 * Verifies a model folder, before native code touches it.
 *
 * @throws SegueError `invalid_artefact`: which file, what is wrong with it, what to do
 */
export async function openModel(folder: string): Promise<Model> {
  const manifest: unknown = await verifyArtefact(folder, MODEL_FORMAT)
  if (!modelShape.Check(manifest)) {
    const wrong = modelShape.Errors(manifest)[0]
    throw new SegueError(
      'invalid_artefact',
      `${folder}/manifest.json: ${wrong?.instancePath.slice(1) || 'the manifest'} ${wrong?.message ?? 'is wrong'}`,
      { field: 'manifest.json', expected: 'a manifest written by `python -m segue_training export`' },
    )
  }
  const precisions: Partial<Record<Precision, string>> = {}
  for (const precision of ['int8', 'fp16', 'fp32'] as const) {
    const file = manifest.precisions[precision]
    if (file && existsSync(join(folder, file))) precisions[precision] = file
  }
  const { name, fingerprint, dimensions, maxTokens, pooling, prefixes, input, output, licence, source } =
    manifest
  return {
    folder,
    name,
    fingerprint,
    dimensions,
    maxTokens,
    pooling,
    prefixes,
    input,
    output,
    precisions,
    licence,
    source,
  }
}

/** Best first. Dynamic int8 has kernels on the CPU only; there it is the fastest. fp16 is what GPUs are built for. */
const PREFERENCE: Readonly<Record<'cpu' | 'gpu', readonly Precision[]>> = {
  cpu: ['int8', 'fp32'],
  gpu: ['fp16', 'fp32'],
}

export interface Graph {
  readonly precision: Precision
  /** Path. */
  readonly file: string
}

/**
 * The graphs that a provider can run, best first: a GPU without half precision in its shaders still runs fp32.
 *
 * @param wanted a precision to insist on, e.g. fp32 for documents embedded offline
 * @throws SegueError `invalid_artefact` when the folder has none
 */
export function graphsFor(model: Model, provider: string, wanted?: Precision): Graph[] {
  const order = wanted ? [wanted] : PREFERENCE[provider === 'cpu' ? 'cpu' : 'gpu']
  const graphs = order.flatMap((precision) => {
    const file = model.precisions[precision]
    return file ? [{ precision, file: join(model.folder, file) }] : []
  })
  if (graphs.length > 0) return graphs
  throw new SegueError(
    'invalid_artefact',
    `${model.folder} has no ${order.join(' or ')} graph, which the provider "${provider}" needs`,
    {
      field: 'precisions',
      expected: `model_${order[0]}.onnx: write it with \`python -m segue_training export\``,
    },
  )
}
