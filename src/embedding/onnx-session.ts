import { InferenceSession, Tensor } from 'onnxruntime-node'
import { SegueError } from '../domain/errors.ts'

/** Sequences of token ids in, one vector each out. */
export interface OnnxSession {
  /** All sequences in one run, padded to the longest. */
  run(batch: readonly (readonly number[])[]): Promise<Float32Array[]>
  endProfiling(): void
  release(): Promise<void>
}

export interface SessionOptions {
  readonly file: string
  readonly provider: string
  readonly input: readonly ('input_ids' | 'attention_mask' | 'token_type_ids')[]
  readonly output: string
  readonly dimensions: number
  /** Where ONNX Runtime writes which provider ran each node, until endProfiling(). */
  readonly profilePrefix?: string
}

/** A session on one provider. ONNX Runtime still gives it the CPU for nodes that the provider lacks. */
export async function openSession(options: SessionOptions): Promise<OnnxSession> {
  const { file, provider, input, output, dimensions, profilePrefix } = options
  const session = await InferenceSession.create(file, {
    executionProviders: [provider],
    // A second thread brings nothing for texts this short; several workers do.
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    // A spinning thread would take the core from its neighbours.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
    ...(profilePrefix ? { enableProfiling: true, profileFilePrefix: profilePrefix } : {}),
  })

  return {
    async run(batch) {
      const width = Math.max(...batch.map((ids) => ids.length))
      const size = batch.length * width
      const feeds = { input_ids: new BigInt64Array(size), attention_mask: new BigInt64Array(size) }
      for (const [row, ids] of batch.entries()) {
        for (const [column, id] of ids.entries()) {
          feeds.input_ids[row * width + column] = BigInt(id)
          feeds.attention_mask[row * width + column] = 1n
        }
      }
      const tensors: Record<string, Tensor> = {}
      for (const name of input) {
        const data = name === 'token_type_ids' ? new BigInt64Array(size) : feeds[name]
        tensors[name] = new Tensor('int64', data, [batch.length, width])
      }
      const result = (await session.run(tensors, [output]))[output]
      const data = result?.data
      if (!(data instanceof Float32Array) || data.length !== batch.length * dimensions) {
        throw new SegueError('internal', `${file} gave ${result?.type} [${result?.dims}] as ${output}`, {
          expected: `float32 [${batch.length},${dimensions}]`,
        })
      }
      return batch.map((_, row) => data.slice(row * dimensions, (row + 1) * dimensions))
    },
    endProfiling: () => session.endProfiling(),
    release: () => session.release(),
  }
}
