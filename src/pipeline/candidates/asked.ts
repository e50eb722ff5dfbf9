import { SegueError } from '../../domain/errors.ts'
import { foldQuery, readQrels, readQueryRows } from '../query-set.ts'
import type { Quotas } from './propose.ts'

/** A query that candidates are wanted for. */
export interface Asked {
  readonly text: string
  readonly known: ReadonlySet<string>
}

/**
 * The queries of query sets with their known answers, and logged queries that found nothing good.
 *
 * @throws SegueError `invalid_config` where there are none
 */
export async function queriesToAsk(
  folders: readonly string[],
  lowPerforming: readonly string[],
): Promise<Asked[]> {
  const asked: Asked[] = []
  for (const folder of folders) {
    const qrels = await readQrels(`${folder}/qrels.tsv`)
    for (const [id, { text }] of await readQueryRows(`${folder}/queries.jsonl`)) {
      const judged = [...(qrels.get(id) ?? [])].filter(([, grade]) => grade > 0).map(([playlist]) => playlist)
      asked.push({ text, known: new Set(judged) })
    }
  }
  // What is in a query set has its known answers there: asked twice, its pairs would be labelled twice.
  const seen = new Set(asked.map(({ text }) => foldQuery(text)))
  for (const file of lowPerforming) {
    for (const { text } of (await readQueryRows(file)).values()) {
      if (!seen.has(foldQuery(text))) asked.push({ text, known: new Set() })
    }
  }
  if (asked.length === 0) {
    throw new SegueError('invalid_config', 'There are no queries to propose for', {
      field: '--queries',
      expected: '--queries DIR, --low-performing FILE or --pairs FILE',
    })
  }
  return asked
}

/** "top=1,mid=1,bm25=1,second=1". @throws SegueError `invalid_config` */
export function parseQuotas(text: string): Quotas {
  const quotas = { top: 0, mid: 0, bm25: 0, second: 0 }
  for (const part of text.split(',')) {
    const [name = '', value = ''] = part.split('=')
    if (!(name in quotas) || !/^\d+$/.test(value)) {
      throw new SegueError('invalid_config', `--quotas ${part} is no quota`, {
        field: '--quotas',
        expected: 'top=N,mid=N,bm25=N,second=N',
      })
    }
    quotas[name as keyof Quotas] = Number(value)
  }
  return quotas
}
