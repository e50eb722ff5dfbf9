import { readFileSync, writeFileSync } from 'node:fs'
import type { Curation } from '../src/domain/curation.ts'
import { playlistText } from '../src/domain/document.ts'
import type { Playlist } from '../src/domain/playlist.ts'

// Freezes what playlistText makes of real rows and of odd ones; the Python package must build the very same text.
const rows = <T>(path: string): T[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as T)

const curations = new Map(rows<Curation>('demo/curation.jsonl').map((row) => [row.id, row]))
const playlists = rows<Playlist>('demo/playlists.jsonl')
const sample = playlists
  .filter((playlist, i) => i % 60 === 0 || curations.get(playlist.id)?.title_informative === false)
  .slice(0, 60)

const odd: [Playlist, undefined?][] = [
  [{ id: 'odd-1', kind: 'community', title: '  stuff \t 2 ', tracks: [] }],
  [
    {
      id: 'odd-2',
      kind: 'community',
      title: '¿Qué?',
      tracks: [{ title: 'Ojalá', artists: ['Silvio', 'Pablo'] }],
    },
  ],
  [
    {
      id: 'odd-3',
      kind: 'editorial',
      title: '夜の歌。',
      description: 'line\n\nbreak\u00a0and nbsp…',
      tracks: [{ title: 'x', artists: [] }],
    },
  ],
  [
    {
      id: 'odd-4',
      kind: 'community',
      title: '🌧️💔',
      tracks: Array.from({ length: 20 }, (_, i) => ({ title: `t${i}`, artists: [`a${i}`] })),
    },
  ],
]
const fixture = [
  ...sample.map((playlist): [Playlist, Curation | undefined] => [playlist, curations.get(playlist.id)]),
  ...sample.slice(0, 10).map((playlist): [Playlist, undefined] => [playlist, undefined]),
  ...odd,
].map(([playlist, curation]) => ({ playlist, curation, text: playlistText(playlist, curation) }))
writeFileSync(
  'test/domain/fixtures/document-golden.jsonl',
  `${fixture.map((row) => JSON.stringify(row)).join('\n')}\n`,
)
