import { Worker, type WorkerOptions } from 'node:worker_threads'

/** tsx rewrites libraries too: for the tokenizer's that takes a second and 160 MB in each thread. These are left alone. */
const LIBRARIES_AS_THEY_ARE = `data:text/javascript,${encodeURIComponent(`
  import { readFile } from 'node:fs/promises'
  export async function load(url, context, next) {
    if (!url.includes('/node_modules/') || !url.endsWith('.mjs')) return next(url, context)
    return { format: 'module', source: await readFile(new URL(url)), shortCircuit: true }
  }`)}`

/**
 * Starts a worker thread from a JavaScript file, or from a TypeScript file when run from the sources: tsx, which
 * loaded this very file then, does not register itself in threads on Node 20.
 */
export function startThread(entry: URL, options: WorkerOptions): Worker {
  if (!entry.pathname.endsWith('.ts')) return new Worker(entry, options)
  const bootstrap = `import(${JSON.stringify(import.meta.resolve('tsx/esm/api'))}).then(({ register }) => {
    register()
    require('node:module').register(${JSON.stringify(LIBRARIES_AS_THEY_ARE)})
    return import(${JSON.stringify(entry.href)})
  })`
  return new Worker(bootstrap, { ...options, eval: true })
}
