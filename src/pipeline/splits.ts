import { SegueError } from '../domain/errors.ts'
import { readLines } from './lines.ts'

export const SPLITS = ['train', 'dev', 'test'] as const
export type Split = (typeof SPLITS)[number]

/** Reads splits.tsv: playlist id, tab, split. @throws SegueError `invalid_input` with file and line */
export async function readSplits(file: string): Promise<Map<string, Split>> {
  const splits = new Map<string, Split>()
  for await (const [id, split, where] of columns(file)) {
    if (!isSplit(split)) {
      throw new SegueError('invalid_input', `${where}: no split: ${split || 'empty'}`, {
        field: where,
        expected: `playlist id, tab, one of ${SPLITS.join(', ')}`,
      })
    }
    splits.set(id, split)
  }
  return splits
}

/** Reads clusters.tsv: playlist id, tab, cluster. Playlists of one cluster are near-twins. */
export async function readClusters(file: string): Promise<Map<string, string>> {
  const clusters = new Map<string, string>()
  for await (const [id, cluster] of columns(file)) clusters.set(id, cluster)
  return clusters
}

/** Splits named with commas. @throws SegueError `invalid_config` */
export function wantedSplits(text: string): Set<Split> {
  return new Set(
    text.split(',').map((name) => {
      if (isSplit(name)) return name
      throw new SegueError('invalid_config', `--split ${name} is no split`, {
        field: '--split',
        expected: SPLITS.join(', '),
      })
    }),
  )
}

export const isSplit = (text: string): text is Split => (SPLITS as readonly string[]).includes(text)

async function* columns(file: string): AsyncGenerator<[string, string, string]> {
  for await (const { text, line } of readLines(file)) {
    if (text === '') continue
    const [id = '', second = ''] = text.split('\t')
    yield [id, second.trim(), `${file}:${line}`]
  }
}
