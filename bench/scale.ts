/**
 * What a catalogue of N playlists costs to build and to serve. They are mixed from the demo's: title, sentences, facets
 * and tracks of different ones come together, so that words are as frequent as in the demo and no two texts are alike.
 *
 *   npx tsx bench/scale.ts [N ...]      # after npm run build
 */
import { spawn } from 'node:child_process'
import { createWriteStream, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Curation } from '../src/domain/curation.ts'
import type { Playlist } from '../src/domain/playlist.ts'
import { seededRandom } from '../src/domain/random.ts'
import { closedLoop, percentile } from './load.ts'
import { demoQueries } from './queries.ts'
import { startServer } from './server.ts'

const MODEL = process.env.MODEL_DIR ?? 'models/segue-minilm-v1'
const QUERIES = 500

const rows = <Row>(file: string) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Row)
const playlists = rows<Playlist>('demo/playlists.jsonl')
const curations = new Map(rows<Curation>('demo/curation.jsonl').map((curation) => [curation.id, curation]))
const queries = demoQueries.slice(0, QUERIES)

/** Three playlists' parts as one; `i` in the title keeps titles apart. */
function mixture(i: number, random: () => number): { playlist: Playlist; curation: Curation } {
  const pick = () => playlists[Math.floor(random() * playlists.length)] as Playlist
  const [a, b, c] = [pick(), pick(), pick()]
  const about = [a, b, c].map(({ id }) => curations.get(id) as Curation) as [Curation, Curation, Curation]
  const id = `mix-${i}`
  const half = (text: string, from: 0 | 1) => text.split('. ').filter((_, at) => at % 2 === from)
  const playlist = {
    ...a,
    id,
    title: `${a.title} ${i}`,
    ...(a.description ? { description: [...half(a.description, 0), b.title].join('. ') } : {}),
    tracks: [a, b, c].flatMap(({ tracks }) => tracks.filter(() => random() < 0.4)).concat(a.tracks[0] ?? []),
  }
  const curation = {
    ...about[0],
    id,
    description: [...half(about[0].description, 0), ...half(about[1].description, 1), c.title].join('. '),
    themes: [...about[0].themes.slice(0, 2), ...about[2].themes.slice(0, 1)],
    genres: [...about[0].genres.slice(0, 2), ...about[1].genres.slice(0, 1)],
    moods: about[1].moods,
    activities: about[2].activities,
    artists: [...about[0].artists.slice(0, 3), ...about[1].artists.slice(0, 2)],
  }
  return { playlist, curation }
}

async function build(count: number, folder: string): Promise<number> {
  const files = { playlist: join(folder, 'playlists.jsonl'), curation: join(folder, 'curation.jsonl') }
  for (const part of ['playlist', 'curation'] as const) {
    const random = seededRandom(1)
    const lines = function* () {
      for (let i = 0; i < count; i++) yield `${JSON.stringify(mixture(i, random)[part])}\n`
    }
    await pipeline(Readable.from(lines()), createWriteStream(files[part]))
  }
  const start = performance.now()
  const command = ['index', 'build', '--catalogue', files.playlist, '--curation', files.curation]
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', 'src/cli.ts', ...command, '--model', MODEL, '--out', join(folder, 'index')],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  )
  const code = await new Promise((resolve) => child.once('exit', resolve))
  if (code !== 0) throw new Error(`the index of ${count} playlists was not built`)
  return (performance.now() - start) / 1000
}

async function measure(count: number): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'segue-scale-'))
  try {
    const buildSeconds = await build(count, folder)
    const index = join(folder, 'index')
    const bytes = readdirSync(index).reduce((sum, file) => sum + statSync(join(index, file)).size, 0)
    const { recallAt10 } = JSON.parse(readFileSync(join(index, 'manifest.json'), 'utf8'))
    const server = await startServer({ INDEX_DIR: index, MODEL_DIR: MODEL })
    try {
      const paths = queries.map((q) => `/v1/search?q=${encodeURIComponent(q)}`)
      const load = (concurrency: number) =>
        closedLoop(server.origin, paths, concurrency, { 'cache-control': 'no-cache' })
      await load(1)
      const alone = await load(1)
      const start = performance.now()
      await load(8)
      const rate = (1000 * paths.length) / (performance.now() - start)
      const metrics = await (await fetch(`${server.origin}/metrics`)).text()
      const value = (series: string) =>
        Number(
          metrics
            .split('\n')
            .find((line) => line.startsWith(series))
            ?.split(' ')[1],
        )
      const retrieve =
        value('segue_stage_seconds_sum{stage="retrieve"}') /
        value('segue_stage_seconds_count{stage="retrieve"}')
      return [
        count,
        `${(buildSeconds / 60).toFixed(1)} min`,
        `${(bytes / 1e6).toFixed(0)} MB`,
        `${recallAt10.editorial} / ${recallAt10.community}`,
        `${server.readyMs} ms`,
        `${(value('process_resident_memory_bytes') / 1e6).toFixed(0)} MB`,
        [0.5, 0.95].map((share) => percentile(alone, share).toFixed(2)).join(' / '),
        (retrieve * 1000).toFixed(2),
        rate.toFixed(0),
      ].join(' | ')
    } finally {
      await server.close()
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const counts = process.argv.slice(2).map(Number)
process.stdout.write(
  'playlists | build | on disk | recall@10 of the graphs | start to ready | resident | search p50 / p95, ms | retrieve after the vector, mean ms | searches/s, 8 at a time\n',
)
for (const count of counts.length > 0 ? counts : [1_000, 10_000, 100_000]) {
  process.stdout.write(`${await measure(count)}\n`)
}
