import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The committed bi-encoder. */
export const modelDir = fileURLToPath(new URL('../../models/all-minilm-l6-v2', import.meta.url))

/**
 * Whether a graph that is not committed was exported here. Not even continuous integration demands one: exporting
 * needs the training packages.
 */
export function hasGraph(precision: 'fp16' | 'fp32'): boolean {
  const present = existsSync(`${modelDir}/model_${precision}.onnx`)
  if (!present) {
    process.stderr.write(
      `skipped: model_${precision}.onnx is not here (write it with \`python -m segue_training export\`)\n`,
    )
  }
  return present
}
