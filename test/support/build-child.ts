import { messageOf, SegueError } from '../../src/domain/errors.ts'
import { buildIndex } from '../../src/pipeline/index/build.ts'
import { openWordEmbedder } from './word-embedder.ts'

/** A build in a process of its own, to be killed or starved: node build-child.ts CATALOGUE OUT */
const [catalogue = '', out = ''] = process.argv.slice(2)
try {
  await buildIndex({
    catalogue: [catalogue],
    curation: [],
    queries: [],
    skipInvalid: false,
    out,
    hnsw: { M: 16, efConstruction: 200, ef: 64 },
    embedder: openWordEmbedder(),
    watch: {
      step: (label) => {
        process.stdout.write(`${label}\n`)
        return { update: () => undefined, done: () => undefined }
      },
      warn: () => undefined,
    },
  })
  process.stdout.write('built\n')
} catch (error) {
  process.stdout.write(`${error instanceof SegueError ? error.code : 'not ours'}: ${messageOf(error)}\n`)
  process.exitCode = 1
}
