import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import type { Ranked } from './request.ts'

const Row = Type.Tuple([
  Type.String(),
  Type.Union([Type.Literal(0), Type.Literal(1)]),
  Type.Number(),
  Type.Union([Type.Number(), Type.Null()]),
  Type.Number(),
  Type.Union([Type.Literal(0), Type.Literal(1), Type.Literal(2)]),
])
const Rows = Compile(Type.Array(Row))
type Row = Static<typeof Row>

const TITLES = [null, 'prefix', 'exact'] as const

/** A ranking as the cache keeps it: rows of plain values, a third of the size of named fields. */
export function encodeRanking(ranking: readonly Ranked[]): string {
  const rows: Row[] = ranking.map((hit) => [
    hit.id,
    hit.kind === 'editorial' ? 0 : 1,
    shorten(hit.score),
    hit.dense === null ? null : shorten(hit.dense),
    shorten(hit.lexical),
    TITLES.indexOf(hit.title) as 0 | 1 | 2,
  ])
  return JSON.stringify(rows)
}

/** The ranking in a cached value; undefined when it is anything else: a shared Redis may hold garbage. */
export function decodeRanking(value: string): Ranked[] | undefined {
  let rows: unknown
  try {
    rows = JSON.parse(value)
  } catch {
    return undefined
  }
  if (!Rows.Check(rows)) return undefined
  return rows.map(([id, kind, score, dense, lexical, title]) => ({
    id,
    kind: kind === 0 ? 'editorial' : 'community',
    score,
    dense,
    lexical,
    title: TITLES[title] ?? null,
  }))
}

const shorten = (score: number): number => Math.round(score * 1e6) / 1e6
