import { Type } from 'typebox'
import { Curation } from '../../domain/curation.ts'
import type { Playlist } from '../../domain/playlist.ts'
import { jsonAnswer } from '../../llm/json-answer.ts'
import { readJsonl, rowChecker } from '../jsonl.ts'
import type { ReviewItem } from './select.ts'

const Rejected = Type.Object({
  id: Type.String(),
  reasons: Type.Array(Type.String()),
  answers: Type.Array(Type.Object({ content: Type.String() })),
})

const explain = rowChecker(Curation)

/** What validation refused twice: the least certain of all, shown with the last answer where it has the right shape. */
export async function* rejectedAnswers(
  file: string,
  playlists: ReadonlyMap<string, Playlist>,
): AsyncGenerator<ReviewItem> {
  for await (const { value } of readJsonl(file, Rejected)) {
    const playlist = playlists.get(value.id)
    if (!playlist) continue
    const answer = { ...jsonAnswer(value.answers.at(-1)?.content ?? ''), id: value.id }
    const curation = explain(answer) === null ? (answer as Curation) : null
    yield {
      playlist,
      curation,
      risk: 1,
      why: value.reasons.slice(-1).map((reason) => `set aside: ${reason}`),
    }
  }
}
