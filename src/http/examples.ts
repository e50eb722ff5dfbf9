/** One hit as the demo catalogue has it: what a reader of the API sees first. */
export const EXAMPLE_HIT = {
  rank: 1,
  score: 0.7536,
  id: 'cpl-6e93b9e4ba',
  kind: 'community',
  title: 'eurodance 1992-1999 only',
  description: 'Strictly nineties Eurodance, no exceptions: SNAP!, Haddaway, Culture Beat, 2 Unlimited.',
  describedBy: 'curator',
  owner: 'dj_wouter',
  language: 'en',
  followers: 11_900,
  trackCount: 14,
  tracks: [{ title: 'Rhythm Is a Dancer', artists: ['SNAP!'], year: 1992 }],
  facets: {
    themes: ['90s dance'],
    genres: ['dance', 'eurodance'],
    moods: ['euphoric'],
    activities: ['party'],
    eras: ['1990s'],
    artists: ['SNAP!', 'Haddaway'],
  },
  reasons: [
    { type: 'title', values: ['eurodance 1992-1999 only'] },
    { type: 'genres', values: ['eurodance'] },
    { type: 'meaning', values: [], similarity: 0.71 },
  ],
}

/** A search answer in one list. */
export const EXAMPLE_ANSWER = {
  searchId: '0192f0c1-7c3a-7b1e-9d53-6a4f0c2b8e11',
  query: '90s eurodance',
  hits: [EXAMPLE_HIT],
  total: 219,
  limit: 1,
  offset: 0,
  took: { cache: 0.02, tokenize: 0.09, embed: 1.21, retrieve: 0.38, rank: 0.31, total: 2.1 },
  model: 'segue-minilm-v1@bb358a206b04',
  index: 'demo@21c45236c1a5',
  cache: 'miss',
  degraded: [],
}

const { rank: _rank, score: _score, reasons: _reasons, ...playlist } = EXAMPLE_HIT
export const EXAMPLE_PLAYLIST = playlist
