/**
 * A judge that is no language model: grades the judged pairs of a query set by how near query and tracks are for the
 * bi-encoder, in quarters. It stands in where no judge has answered, so that `segue judge --calibrate` can be seen at
 * work on people's judgements; it is no judge to rely on.
 *
 *   npx tsx scripts/stand-in-judge.ts --set DIR --corpus FILE.. --model DIR --out DIR
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { playlistText } from '../src/domain/document.ts'
import type { Playlist } from '../src/domain/playlist.ts'
import { normaliseQuery } from '../src/domain/query.ts'
import { quantile } from '../src/domain/statistics.ts'
import { openInlineEmbedder } from '../src/embedding/inline-embedder.ts'
import { readPlaylists } from '../src/pipeline/corpus.ts'
import { dot } from '../src/pipeline/evaluate/exact.ts'
import { readQuerySet } from '../src/pipeline/evaluate/query-set.ts'
import { writeLines } from '../src/pipeline/jsonl.ts'
import { JUDGE_QRELS } from '../src/pipeline/judge/judge-pairs.ts'
import { judgedPairs, judgeItems } from '../src/pipeline/judge/pairs.ts'
import { QRELS_HEADER } from '../src/pipeline/query-set.ts'

const { values } = parseArgs({
  options: {
    set: { type: 'string', default: '' },
    corpus: { type: 'string', multiple: true, default: [] },
    model: { type: 'string', default: 'models/segue-minilm-v1' },
    out: { type: 'string', default: '' },
  },
})
const corpus = new Map<string, Playlist>()
for await (const playlist of readPlaylists(values.corpus)) corpus.set(playlist.id, playlist)
const set = await readQuerySet(values.set)
const embedder = await openInlineEmbedder({ modelDir: values.model })
const scored: { readonly pair: string; readonly score: number }[] = []
for (const { queryId, query, playlist } of judgeItems(set, judgedPairs(set), corpus)) {
  const asked = await embedder.embed(normaliseQuery(query), 'query')
  const heard = await embedder.embed(playlistText(playlist), 'document')
  scored.push({ pair: `${queryId}\t${playlist.id}`, score: dot(asked.vector, heard.vector) })
}
await embedder.close()
const sorted = scored.map(({ score }) => score).sort((a, b) => a - b)
const quarters = [0.25, 0.5, 0.75].map((share) => quantile(sorted, share))
const grade = (score: number) => quarters.filter((edge) => score > edge).length
await writeLines(join(values.out, JUDGE_QRELS), [
  QRELS_HEADER,
  ...scored.map(({ pair, score }) => `${pair}\t${grade(score)}`),
])
process.stdout.write(`${scored.length} pairs graded\n`)
