import type { Static } from 'typebox'
import type { Playlist } from '../../domain/playlist.ts'
import { rowChecker } from '../jsonl.ts'
import type { LlmTask } from '../llm/task.ts'
import { JUDGE_PROMPT, JUDGE_SYSTEM, JudgeAnswer, judgeInput, VERDICTS } from './prompt.ts'

/** A query and one playlist that answers it, well or not. */
export interface JudgeItem {
  readonly queryId: string
  readonly query: string
  readonly playlist: Playlist
}

export interface Judgement {
  readonly grade: number
  readonly reasoning: string
}

const explain = rowChecker(JudgeAnswer)

/** The judge: a query and a playlist in, a grade from 0 to 3 with its reasoning out. */
export const judgeTask: LlmTask<JudgeItem, Judgement> = {
  name: 'judge',
  prompt: JUDGE_PROMPT,
  system: JUDGE_SYSTEM,
  key: ({ queryId, playlist }) => `${queryId}/${playlist.id}`,
  user: ({ query, playlist }) => judgeInput(query, playlist),
  schema: { name: 'judge', schema: JudgeAnswer },
  maxTokens: 400,
  temperature: 0,
  check: (_item, answer) => {
    const wrong = explain(answer)
    if (wrong !== null) return { refused: `shape: ${wrong}` }
    const { reasoning, verdict } = answer as Static<typeof JudgeAnswer>
    return { value: { grade: VERDICTS.indexOf(verdict), reasoning } }
  },
}
