import { Worker, type WorkerOptions } from 'node:worker_threads'

/**
 * Starts a worker thread from a JavaScript file, or from a TypeScript file when run from the sources: tsx, which
 * loaded this very file then, does not register itself in threads on Node 20.
 */
export function startThread(entry: URL, options: WorkerOptions): Worker {
  if (!entry.pathname.endsWith('.ts')) return new Worker(entry, options)
  const tsx = import.meta.resolve('tsx/esm/api')
  const bootstrap = `import(${JSON.stringify(tsx)}).then(({ register }) => {
    register()
    return import(${JSON.stringify(entry.href)})
  })`
  return new Worker(bootstrap, { ...options, eval: true })
}
