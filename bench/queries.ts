import { readFileSync } from 'node:fs'

/** The queries that a language model wrote for the demo's playlists, as a listener would type them. */
export const demoQueries: readonly string[] = readFileSync('demo/queries-llm.jsonl', 'utf8')
  .split('\n')
  .filter(Boolean)
  .flatMap((line) => (JSON.parse(line) as { queries: [string, string][] }).queries.map(([, text]) => text))
