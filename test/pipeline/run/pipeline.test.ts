import { readFileSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { writeQuerySet } from '../../../src/pipeline/evaluate/query-set.ts'
import type { PipelineConfig } from '../../../src/pipeline/run/pipeline-config.ts'
import { runPipeline } from '../../../src/pipeline/run/run-pipeline.ts'
import { pipelineSteps } from '../../../src/pipeline/run/steps.ts'
import { DEMO_MODEL } from '../../support/demo.ts'
import { temporaryFolders } from '../../support/folder.ts'

const folder = temporaryFolders()
const COUNT = 60

const lines = (file: string): string[] => readFileSync(file, 'utf8').trim().split('\n')
const idOf = (line: string): string => (JSON.parse(line) as { id: string }).id

/** A slice of the demo: its playlists with the answers recorded for them. */
async function smallDemo(): Promise<PipelineConfig> {
  const out = await folder()
  const file = (name: string) => join(out, 'in', name)
  await mkdir(join(out, 'in'))
  const catalogue = lines('demo/playlists.jsonl').slice(0, COUNT)
  const ids = new Set(catalogue.map(idOf))
  const [header = '', ...labels] = lines('demo/labels-train.tsv')
  const written = lines('demo/queries-llm.jsonl').filter((line) => ids.has(idOf(line)))
  await writeFile(file('playlists.jsonl'), catalogue.join('\n'))
  await writeFile(
    file('splits.tsv'),
    lines('demo/splits.tsv')
      .filter((line) => ids.has(line.split('\t')[0] ?? ''))
      .join('\n'),
  )
  await writeFile(
    file('curation.jsonl'),
    lines('demo/curation.jsonl')
      .filter((line) => ids.has(idOf(line)))
      .join('\n'),
  )
  await writeFile(file('queries.jsonl'), written.join('\n'))
  const known = labels.filter(
    (line) => ids.has(line.split('\t')[1] ?? '') && ids.has(line.split('\t')[5] ?? ''),
  )
  await writeFile(file('labels.tsv'), [header, ...known].join('\n'))
  const first = written.map((line) => JSON.parse(line) as { id: string; queries: [string, string][] })
  await writeQuerySet(file('canary'), {
    name: 'canary',
    queries: first.map(({ id, queries }) => ({ _id: id, text: queries[0]?.[1] ?? '' })),
    qrels: new Map(first.map(({ id }) => [id, new Map([[id, 1]])])),
  })
  return {
    out: join(out, 'made'),
    catalogue: [file('playlists.jsonl')],
    previousSplits: file('splits.tsv'),
    model: DEMO_MODEL,
    answers: {
      recorded: {
        curate: [file('curation.jsonl')],
        queries: [file('queries.jsonl')],
        label: [file('labels.tsv')],
      },
    },
    evaluate: { sets: [file('canary')] },
    monitor: { canary: file('canary') },
  }
}

describe('the pipeline on a slice of the demo, with recorded answers', () => {
  it('goes from catalogue to monitor, and again from any step', async () => {
    const config = await smallDemo()
    const run = (from?: string) =>
      runPipeline(pipelineSteps(config), { out: config.out, from, say: () => undefined })
    expect(await run()).toHaveLength(10)
    const made = async (path: string) => readFile(join(config.out, path), 'utf8')
    // A recorded answer that breaks a rule of the curator is set aside.
    const curated = (await made('curate/curation.jsonl')).trim().split('\n').length
    expect(curated).toBeGreaterThan(COUNT * 0.9)
    expect(JSON.parse(await made('index/manifest.json'))).toMatchObject({ curated })
    expect((await made('train-data/pairs.jsonl')).length).toBeGreaterThan(1000)
    const evaluation = JSON.parse(await made('evaluate/evaluation.json')) as {
      sets: { rows: { system: string; metrics: Record<string, { mean: number }> }[] }[]
    }
    const service = evaluation.sets[0]?.rows.find(({ system }) => system === 'service')
    expect(service?.metrics['recall@10']?.mean).toBeGreaterThan(0.5)
    expect(await made('monitor/segue.prom')).toContain('segue_monitor_value{check="self_similarity"}')

    expect(await run()).toEqual([])
    expect(await run('evaluate')).toEqual(['evaluate', 'monitor'])

    // A person mends one answer and refuses another: every later step obeys, and shows neither again.
    const answers = new Map(
      lines(join(config.out, 'curate/curation.jsonl')).map((line) => [idOf(line), line]),
    )
    const trained = await made('train-data/documents.jsonl')
    const shown = (await made('review/review.csv')).match(/^[ec]pl-\w{10}/gm) ?? []
    const [edited = '', rejected = ''] = shown.filter((id) => answers.has(id) && trained.includes(id))
    const curation = {
      ...JSON.parse(answers.get(edited) ?? ''),
      description: 'Songs that a lighthouse keeper hums.',
    }
    await writeFile(
      join(config.out, 'verdicts.jsonl'),
      `${JSON.stringify({ id: edited, verdict: 'edit', curation })}\n${JSON.stringify({ id: rejected, verdict: 'reject' })}\n`,
    )
    config.verdicts = [join(config.out, 'verdicts.jsonl')]
    expect(await run()).toEqual([
      ...['review', 'index', 'queries', 'candidates', 'label'],
      ...['train-data', 'evaluate', 'monitor'],
    ])
    expect(JSON.parse(await made('index/manifest.json'))).toMatchObject({ curated: curated - 1 })
    expect(await made('train-data/documents.jsonl')).toContain('lighthouse keeper')
    for (const id of [edited, rejected]) expect(await made('review/review.html')).not.toContain(id)
    // The monitor sets it when an alarm fires: here a set of one judged playlist a query.
    process.exitCode = 0
  }, 180_000)
})
