import { Type } from 'typebox'
import type { Playlist } from '../../domain/playlist.ts'
import { MAX_QUERY_LENGTH } from '../../domain/query.ts'
import { readJsonl } from '../jsonl.ts'
import type { EvalQuery, QuerySet } from './query-set.ts'

const SuggestedTrack = Type.Object({
  title: Type.String({ minLength: 1 }),
  artists: Type.Array(Type.String()),
})

/**
 * A conversation in which a person asked for music and took or refused what was offered, as the Conversational
 * Playlist Curation Dataset has them (Chaganty et al., SIGIR 2023).
 */
export const Conversation = Type.Object({
  id: Type.String({ minLength: 1 }),
  requests: Type.Array(Type.String(), { minItems: 1 }),
  liked: Type.Array(SuggestedTrack),
  disliked: Type.Array(SuggestedTrack),
})

/** Fewer refused tracks are slips of a slider rather than a playlist that somebody turned down. */
const REFUSED_TRACKS = 3

/**
 * Human relevance out of conversations. All requests of one together are the query; its playlists are
 *
 * - what the person kept: relevant, grade 1;
 * - what the person refused, if it is three tracks or more: not relevant, grade 0. It was offered as an answer to the
 *   same requests, so it is near them: the hardest kind of wrong;
 * - what another person kept in the conversation half the file away: not relevant, grade 0, by construction and not
 *   by anyone's word. Without it a judge that says yes to everything would look good.
 *
 * Nobody titled these playlists: they all carry one title that says nothing.
 */
export async function conversationSet(
  name: string,
  file: string,
): Promise<{
  readonly set: QuerySet
  readonly kept: readonly Playlist[]
  readonly refused: readonly Playlist[]
}> {
  const rows = []
  for await (const { value } of readJsonl(file, Conversation)) if (value.liked.length > 0) rows.push(value)
  const queries: EvalQuery[] = []
  const qrels = new Map<string, Map<string, number>>()
  const kept: Playlist[] = []
  const refused: Playlist[] = []
  for (const [index, { id, requests, liked, disliked }] of rows.entries()) {
    queries.push({ _id: id, text: cut(requests.join(' ')) })
    const judged = new Map([[id, 1]])
    kept.push(untitled(id, liked))
    if (disliked.length >= REFUSED_TRACKS) {
      refused.push(untitled(`${id}.refused`, disliked))
      judged.set(`${id}.refused`, 0)
    }
    const other = rows[(index + Math.floor(rows.length / 2)) % rows.length]
    if (other && other.id !== id) judged.set(other.id, 0)
    qrels.set(id, judged)
  }
  return { set: { name, queries, qrels }, kept, refused }
}

function untitled(id: string, tracks: Playlist['tracks']): Playlist {
  return {
    id,
    kind: 'community',
    title: 'untitled',
    tracks: tracks.map(({ title, artists }) => ({ title, artists })),
  }
}

/** At the last whole word that a search still takes. */
function cut(text: string): string {
  const folded = text.replace(/\s+/gu, ' ').trim()
  if (folded.length <= MAX_QUERY_LENGTH) return folded
  return folded.slice(0, folded.lastIndexOf(' ', MAX_QUERY_LENGTH))
}
