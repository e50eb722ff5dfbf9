import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Curation } from '../../src/domain/curation.ts'
import type { Playlist } from '../../src/domain/playlist.ts'
import { seededRandom } from '../../src/domain/random.ts'
import type { Embedder } from '../../src/embedding/embedder.ts'
import type { IndexManifest } from '../../src/index-bundle/manifest.ts'
import { type BuildOptions, buildIndex } from '../../src/pipeline/index/build.ts'
import { openWordEmbedder } from './word-embedder.ts'

/** A folder that goes when the tests of a file end: call `remove` in afterAll. */
export function temporaryFolder(): { path: (name: string) => string; remove: () => void } {
  const root = mkdtempSync(join(tmpdir(), 'segue-test-'))
  return { path: (name) => join(root, name), remove: () => rmSync(root, { recursive: true, force: true }) }
}

export function writeRows(file: string, rows: readonly unknown[]): string {
  writeFileSync(file, rows.map((row) => (typeof row === 'string' ? row : JSON.stringify(row))).join('\n'))
  return file
}

export function playlist(id: string, over: Partial<Playlist> = {}): Playlist {
  return {
    id,
    kind: 'community',
    title: `list ${id}`,
    tracks: [{ title: 'Song', artists: ['Band'] }],
    ...over,
  }
}

export function curation(id: string, over: Partial<Curation> = {}): Curation {
  const none = { themes: [], genres: [], moods: [], activities: [], eras: [], artists: [] }
  return { id, description: `About ${id}`, ...none, title_informative: true, confidence: 0.9, ...over }
}

const WORDS =
  'rain sun indie folk techno house jazz piano guitar sleep run party love winter summer night road coffee metal disco'

/** Playlists of random words, the same ones every time: 30 % editorial, genres and languages of known shares. */
export function randomCatalogue(count: number, seed = 1): { playlists: Playlist[]; curations: Curation[] } {
  const random = seededRandom(seed)
  const words = WORDS.split(' ')
  const some = (n: number) =>
    Array.from({ length: n }, () => words[Math.floor(random() * words.length)] as string)
  const playlists: Playlist[] = []
  const curations: Curation[] = []
  for (let i = 0; i < count; i++) {
    const id = `p-${String(i).padStart(5, '0')}`
    const kind = random() < 0.3 ? ('editorial' as const) : ('community' as const)
    const tracks = Array.from({ length: 5 }, () => ({
      title: some(2).join(' '),
      artists: [`artist ${i % 50}`],
    }))
    const language = i % 2 === 0 ? 'en' : 'de'
    const title = `${some(2).join(' ')} ${i}`
    playlists.push({ id, kind, title, language, followers: i, owner: `owner ${i % 7}`, tracks })
    const genres = [...(i % 10 === 0 ? ['Tenth'] : []), ...(i % 100 === 0 ? ['hundredth'] : [])]
    curations.push(curation(id, { description: some(8).join(' '), genres, moods: some(1), eras: ['1990s'] }))
  }
  return { playlists, curations }
}

/** Builds a bundle from rows, as the command does, with the embedder of words. */
export async function buildBundle(
  folder: ReturnType<typeof temporaryFolder>,
  name: string,
  rows: { readonly playlists: readonly unknown[]; readonly curations?: readonly unknown[] },
  over: Partial<BuildOptions> = {},
): Promise<{ out: string; manifest: IndexManifest; embedder: Embedder; warnings: string[] }> {
  const warnings: string[] = []
  const embedder = over.embedder ?? openWordEmbedder()
  const out = over.out ?? folder.path(name)
  const manifest = await buildIndex({
    catalogue: [writeRows(folder.path(`${name}-playlists.jsonl`), rows.playlists)],
    curation: [writeRows(folder.path(`${name}-curation.jsonl`), rows.curations ?? [])],
    queries: [],
    skipInvalid: false,
    hnsw: { M: 16, efConstruction: 100, ef: 64 },
    watch: {
      step: () => ({ update: () => undefined, done: () => undefined }),
      warn: (message) => void warnings.push(message),
    },
    ...over,
    embedder,
    out,
  })
  return { out, manifest, embedder, warnings }
}
