import type { Embedder } from '../embedding/embedder.ts'
import { openInlineEmbedder } from '../embedding/inline-embedder.ts'
import { type Bundle, openBundle } from '../index-bundle/open.ts'

export interface Engines {
  readonly embedder: Embedder
  readonly bundle: Bundle
  close(): Promise<void>
}

/** A model and an index that belong together. @throws SegueError `incompatible_artefacts`, `invalid_artefact` */
export async function openEngines(modelDir: string, indexDir: string): Promise<Engines> {
  const embedder = await openInlineEmbedder({ modelDir })
  try {
    const bundle = await openBundle(indexDir, embedder.info)
    return {
      embedder,
      bundle,
      async close() {
        bundle.close()
        await embedder.close()
      },
    }
  } catch (error) {
    await embedder.close()
    throw error
  }
}
