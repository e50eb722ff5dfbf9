import type { Playlist } from '../../domain/playlist.ts'
import type { LlmTask } from '../llm/task.ts'
import { type CheckedCuration, checkCuration } from './check.ts'
import { CURATE_PROMPT, CURATE_SYSTEM, CuratorAnswer, curatorInput } from './prompt.ts'

/** The curator: a playlist's title and first 15 tracks in, what it is out. */
export const curateTask: LlmTask<Playlist, CheckedCuration> = {
  name: 'curate',
  prompt: CURATE_PROMPT,
  system: CURATE_SYSTEM,
  key: (playlist) => playlist.id,
  user: curatorInput,
  schema: { name: 'curation', schema: CuratorAnswer },
  maxTokens: 700,
  temperature: 0.2,
  check: checkCuration,
}
