import type { Static } from 'typebox'
import type { Playlist } from '../../domain/playlist.ts'
import type { CandidatePair } from '../candidates/pair.ts'
import { rowChecker } from '../jsonl.ts'
import type { LlmTask } from '../llm/task.ts'
import { LABEL_PROMPT, LABEL_SYSTEM, LabelAnswer, labelInput } from './prompt.ts'

export interface LabelItem {
  readonly pair: CandidatePair
  readonly playlist: Playlist
}

export interface Label {
  readonly grade: number
  readonly reason: string
}

const explain = rowChecker(LabelAnswer)

/** The labeller: a query and a playlist in, a grade from 0 to 3 with its reason out. */
export const labelTask: LlmTask<LabelItem, Label> = {
  name: 'label',
  prompt: LABEL_PROMPT,
  system: LABEL_SYSTEM,
  key: ({ pair }) => labelKey(pair.query_id, pair.id, pair.source === 'probe'),
  user: ({ pair, playlist }) => labelInput(pair.query, playlist, shownTitle(pair, playlist)),
  schema: { name: 'label', schema: LabelAnswer },
  maxTokens: 300,
  temperature: 0,
  check: (_item, answer) => {
    const wrong = explain(answer)
    if (wrong !== null) return { refused: `shape: ${wrong}` }
    const { grade, reason } = answer as Static<typeof LabelAnswer>
    return { value: { grade, reason } }
  },
}

/** A probe of a pair and the pair itself are two questions. */
export const labelKey = (queryId: string, playlistId: string, probe: boolean): string =>
  `${queryId}/${playlistId}${probe ? '/probe' : ''}`

/** A probe is a playlist that has nothing to do with the query and claims it in its title. */
const shownTitle = ({ source, query }: CandidatePair, { title }: Playlist): string =>
  source === 'probe' ? `${title} - ${query}` : title
