import { integer, number } from '../llm/args.ts'
import type { LogPairOptions } from './from-logs.ts'

/** The options of `segue queries --from logs`. */
export const logArgs = {
  logs: { type: 'string', description: 'Behaviour logs: files, folders, redis:// URLs', valueHint: 'LOG..' },
  'min-users': {
    type: 'string',
    description: 'Listeners who must have clicked where nobody stayed',
    default: '2',
  },
  'dwell-seconds': {
    type: 'string',
    description: 'Seconds of play after which one listener is enough',
    default: '30',
  },
  'position-bias': {
    type: 'string',
    description: 'A hit at rank k is looked at k^-bias as often as the first',
    default: '0.5',
  },
  'min-weight': {
    type: 'string',
    description: 'Weight that the clicks on a pair must reach together',
    default: '0.6',
  },
  'max-per-query': { type: 'string', description: 'Pairs of a query from logs, at most', default: '20' },
  'max-per-playlist': {
    type: 'string',
    description: 'Queries of a playlist from logs, at most',
    default: '200',
  },
  'min-searches': {
    type: 'string',
    description: 'Searches from which a query can be called low-performing',
    default: '5',
  },
} as const

/** Reads them. @throws SegueError `invalid_config` */
export const logOptions = (args: Readonly<Record<string, unknown>>): LogPairOptions => ({
  minClickers: integer(args, 'min-users', 1),
  dwellSeconds: number(args, 'dwell-seconds', 0),
  positionBias: number(args, 'position-bias', 0),
  minWeight: number(args, 'min-weight', 0),
  maxPerQuery: integer(args, 'max-per-query', 1),
  maxPerPlaylist: integer(args, 'max-per-playlist', 1),
  minSearches: integer(args, 'min-searches', 1),
})
