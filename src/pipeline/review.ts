import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { defineCommand } from 'citty'
import type { Playlist } from '../domain/playlist.ts'
import { openInlineEmbedder } from '../embedding/inline-embedder.ts'
import { fileList, inputFiles, readPlaylists } from './corpus.ts'
import { readCurations } from './enriched.ts'
import { writeJsonl, writeLines } from './jsonl.ts'
import { number } from './llm/args.ts'
import { openProgress } from './progress.ts'
import { applyVerdicts } from './review/apply.ts'
import { faithfulness } from './review/faithfulness.ts'
import { reviewPage } from './review/page.ts'
import { rejectedAnswers } from './review/rejected.ts'
import { leastCertain, type Signals } from './review/select.ts'
import { reviewTable } from './review/table.ts'
import { readVerdicts } from './review/verdict.ts'

export const review = defineCommand({
  meta: { name: 'review', description: 'Show people the least certain answers; obey their verdicts' },
  args: {
    curation: { type: 'positional', description: 'Curations (JSON Lines)', required: true },
    corpus: { type: 'string', description: 'Corpus files; several with commas', valueHint: 'FILE' },
    out: {
      type: 'string',
      description: 'Folder of review.html and review.csv, or with --verdicts the curation file',
      required: true,
    },
    share: { type: 'string', description: 'Share of the answers to look at', default: '0.1' },
    model: {
      type: 'string',
      description: 'Model folder, to score how faithful descriptions are',
      valueHint: 'DIR',
    },
    decided: {
      type: 'string',
      description: 'Verdicts of earlier reviews: what they decide is not shown again',
      valueHint: 'FILE',
    },
    verdicts: {
      type: 'string',
      description: 'Obey these verdicts (.jsonl or .csv) and write the curations to --out',
      valueHint: 'FILE',
    },
  },
  async run({ args }) {
    const curations = inputFiles(args._, 'curation')
    if (args.verdicts !== undefined) {
      await writeReviewed(curations, inputFiles(fileList(args.verdicts), '--verdicts'), args.out)
      return
    }
    const corpus = inputFiles(fileList(args.corpus), '--corpus')
    const decided = new Set((await readVerdicts(fileList(args.decided))).keys())
    await exportReview(curations, corpus, decided, args.out, number(args, 'share', 0) ?? 0.1, args.model)
  },
})

/** Writes the curations as the verdicts want them, for `segue index build --curation` and the rest. */
async function writeReviewed(
  files: readonly string[],
  verdicts: readonly string[],
  out: string,
): Promise<void> {
  const before = await readCurations(files)
  const after = applyVerdicts(before.values(), await readVerdicts(verdicts))
  await writeJsonl(out, after.values())
  const gone = [...before.keys()].filter((id) => !after.has(id)).length
  const changed = [...after].filter(([id, curation]) => before.get(id) !== curation).length
  process.stdout.write(
    `${after.size} curations written: ${changed} accepted or edited by people, ${gone} rejected\n`,
  )
}

async function exportReview(
  files: readonly string[],
  corpus: readonly string[],
  decided: ReadonlySet<string>,
  out: string,
  share: number,
  model: string | undefined,
): Promise<void> {
  const playlists = new Map<string, Playlist>()
  for await (const playlist of readPlaylists(corpus)) {
    if (!decided.has(playlist.id)) playlists.set(playlist.id, playlist)
  }
  const signals = await signalsOf(files, playlists, model)
  const items = leastCertain(signals, share)
  // The set-aside answers lie beside the curations.
  for (const file of files) {
    const rejected = join(dirname(file), 'rejected.jsonl')
    if (existsSync(rejected))
      for await (const item of rejectedAnswers(rejected, playlists)) items.unshift(item)
  }
  await writeLines(join(out, 'review.csv'), reviewTable(items))
  await writeFile(join(out, 'review.html'), await reviewPage(items, `Review of ${items.length} answers`))
  process.stdout.write(
    `${items.length} of ${signals.length} answers to look at: ${join(out, 'review.html')} or review.csv\n`,
  )
}

async function signalsOf(
  files: readonly string[],
  playlists: ReadonlyMap<string, Playlist>,
  model: string | undefined,
): Promise<Signals[]> {
  const embedder = model === undefined ? null : await openInlineEmbedder({ modelDir: model })
  const curations = await readCurations(files)
  const progress = openProgress('review', curations.size, 'answers')
  const signals: Signals[] = []
  try {
    for (const [id, curation] of curations) {
      const playlist = playlists.get(id)
      if (!playlist) continue
      const score = embedder && (await faithfulness(embedder, playlist, curation))
      signals.push({ playlist, curation, faithfulness: score })
      progress.update(signals.length)
    }
  } finally {
    progress.done()
    await embedder?.close()
  }
  return signals
}
