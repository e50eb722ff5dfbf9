/**
 * How fast and in how much memory a catalogue is imported: writes N synthetic playlists (a twentieth of them
 * near-duplicates), imports them in a process of its own, and prints rows a second and the peak resident memory.
 *
 *   npx tsx bench/catalogue-import.ts [N] [mean tracks]
 */
import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { seededRandom } from '../src/domain/random.ts'
import { importCatalogue } from '../src/pipeline/catalogue/import.ts'

const TRACKS_KNOWN = 300_000
const SHARE_OF_TWINS = 0.05
const TITLES = [
  'chill',
  'workout',
  'rainy day',
  'road trip',
  'indie',
  'sleep',
  'party',
  'oldies',
  'focus',
  'sad',
]

function* playlists(count: number, meanTracks: number): Generator<string> {
  const random = seededRandom(1)
  // Few hits and a long tail, as in real catalogues.
  const track = () => Math.floor(TRACKS_KNOWN * random() ** 3)
  let last: number[] = []
  for (let i = 0; i < count; i++) {
    const twin = i > 0 && random() < SHARE_OF_TWINS
    const length = Math.max(1, Math.floor(meanTracks * 2 * random()))
    const tracks = twin ? last.map((n) => (random() < 0.1 ? track() : n)) : Array.from({ length }, track)
    last = tracks
    const title = `${TITLES[Math.floor(random() * TITLES.length)]} ${twin ? i - 1 : i}`
    yield `${JSON.stringify({
      id: `p${i}`,
      kind: random() < 0.1 ? 'editorial' : 'community',
      title,
      followers: Math.floor(random() * 1000),
      tracks: tracks.map((n) => ({
        title: `Song number ${n}`,
        artists: [`Artist ${n % 20_000}`],
        year: 1950 + (n % 75),
      })),
    })}\n`
  }
}

async function measure(count: number, meanTracks: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'segue-bench-'))
  const file = join(folder, 'in.jsonl')
  try {
    await pipeline(Readable.from(playlists(count, meanTracks)), createWriteStream(file))
    const { size } = await stat(file)
    const self = fileURLToPath(import.meta.url)
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', self, '--import-only', file, join(folder, 'out')],
      {
        stdio: ['ignore', 'ignore', 'inherit'],
      },
    )
    await new Promise((resolve, reject) => child.once('exit', resolve).once('error', reject))
    const { seconds, peakMb } = JSON.parse(await readFile(join(folder, 'out', 'bench.json'), 'utf8'))
    const report = JSON.parse(await readFile(join(folder, 'out', 'import.json'), 'utf8'))
    process.stdout.write(
      `${count} playlists, ${report.tracks} tracks, ${(size / 1e6).toFixed(0)} MB: ${seconds.toFixed(1)} s, ` +
        `${Math.round(count / seconds)} playlists/s, peak resident memory ${peakMb} MB, ` +
        `${report.clusters} clusters of near-duplicates with ${report.clustered} playlists\n`,
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function importOnly(file: string, out: string): Promise<void> {
  const { writeFile } = await import('node:fs/promises')
  const started = performance.now()
  await importCatalogue([file], out, {
    format: 'jsonl',
    skipInvalid: false,
    editorialOwners: [],
    ratios: [0.8, 0.1, 0.1],
    previousSplits: null,
  })
  const seconds = (performance.now() - started) / 1000
  // Kilobytes on Linux and macOS as Node gives it.
  const peakMb = Math.round(process.resourceUsage().maxRSS / 1024)
  await writeFile(join(out, 'bench.json'), JSON.stringify({ seconds, peakMb }))
}

const [first = '100000', second = '20', third = ''] = process.argv.slice(2)
if (first === '--import-only') await importOnly(second, third)
else await measure(Number(first), Number(second))
