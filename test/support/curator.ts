import type { Playlist } from '../../src/domain/playlist.ts'
import type { Call } from './openai-server.ts'

/** The playlist that a curator's request shows. */
export function shownPlaylist(call: Pick<Call, 'body'>): Pick<Playlist, 'title' | 'tracks'> {
  const user = call.body.messages.find((message) => message.role === 'user')?.content ?? ''
  const json = user.slice(user.indexOf('\n') + 1, user.lastIndexOf('\n'))
  return JSON.parse(json) as Pick<Playlist, 'title' | 'tracks'>
}

/** An answer that validation accepts, changed by `change`. */
export function soundAnswer(
  playlist: Pick<Playlist, 'title' | 'tracks'>,
  change: Record<string, unknown> = {},
): string {
  const [first] = playlist.tracks
  return JSON.stringify({
    description: 'Music for an afternoon.',
    themes: ['afternoon'],
    genres: ['pop'],
    moods: ['calm'],
    activities: ['reading'],
    eras: first?.year === undefined ? [] : [`${Math.floor(first.year / 10)}0s`],
    artists: first?.artists.slice(0, 1) ?? [],
    language: 'en',
    title_informative: true,
    confidence: 0.9,
    ...change,
  })
}

export function playlist(id: string, change: Partial<Playlist> = {}): Playlist {
  return {
    id,
    kind: 'community',
    title: `List ${id}`,
    tracks: [
      { title: 'Holiday', artists: ['Madonna'], year: 1983 },
      { title: 'Take On Me', artists: ['a-ha'], year: 1985 },
      { title: 'One More Time', artists: ['Daft Punk,Romanthony'], year: 2000 },
      { title: 'Umbrella (feat. JAY-Z)', artists: ['Rihanna'], year: 2007 },
    ],
    ...change,
  }
}
