import { SegueError } from '../../domain/errors.ts'
import { SOURCES, type Source } from '../query-set.ts'
import type { SourceShares } from './mix.ts'

/** Which sources are wanted. @throws SegueError `invalid_config` */
export function parseSources(text: string): Source[] {
  return text.split(',').map((name) => asSource(name, '--from'))
}

/** "metadata=0.3,logs=0.5". @throws SegueError `invalid_config` */
export function parseShares(text: string): SourceShares {
  const shares: Partial<Record<Source, number>> = {}
  for (const part of text.split(',').filter((piece) => piece !== '')) {
    const [name = '', value = ''] = part.split('=')
    const share = Number(value)
    if (!(share > 0 && share <= 1)) {
      throw new SegueError('invalid_config', `--max-share ${part} is no share`, {
        field: '--max-share',
        expected: 'source=share with a share over 0 up to 1, e.g. metadata=0.3',
      })
    }
    shares[asSource(name, '--max-share')] = share
  }
  return shares
}

function asSource(name: string, field: string): Source {
  const found = SOURCES.find((source) => source === name.trim())
  if (found) return found
  throw new SegueError('invalid_config', `${field}: "${name}" is no source of queries`, {
    field,
    expected: SOURCES.join(', '),
  })
}
