import { type Static, Type } from 'typebox'

const Share = Type.Number({ minimum: 0, maximum: 1 })
const Maybe = <T extends ReturnType<typeof Type.Number>>(type: T) => Type.Union([type, Type.Null()])

/** What one run of the monitor saw: a line of its history. */
export const Snapshot = Type.Object({
  format: Type.Literal('segue-monitor/1'),
  at: Type.String({ description: 'ISO 8601, UTC' }),
  /** Names with the first characters of the fingerprints. */
  model: Type.String(),
  index: Type.String(),
  /** Null for a server that does not say. */
  playlists: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
  /** The canary set's own fingerprint: runs on different sets do not compare. */
  canary: Type.String(),
  answers: Type.Array(
    Type.Object({ query: Type.String(), ids: Type.Array(Type.String()), topScore: Maybe(Type.Number()) }),
  ),
  quality: Type.Object({ ndcg: Share, recall: Share, judged: Share }),
  /** Of the canary queries that have an answer: those that got none, and those whose best hit scores low. */
  emptyShare: Share,
  lowShare: Share,
  /** HNSW's top 10 against exact search over the same vectors. */
  annRecall: Maybe(Share),
  /** Mean cosine of stored vectors with those of their playlists' texts, embedded afresh. */
  selfSimilarity: Maybe(Type.Number()),
  /** The LLM judge's grades against the frozen ones. */
  judge: Type.Union([Type.Object({ pairs: Type.Integer(), kappa: Type.Number() }), Type.Null()]),
  /** What listeners got, from the behaviour log. */
  traffic: Type.Union([
    Type.Object({
      searches: Type.Integer({ minimum: 0 }),
      emptyShare: Share,
      lowShare: Share,
      degradedShare: Share,
      topScores: Type.Array(Type.Number()),
    }),
    Type.Null(),
  ]),
  /** Names of the alarms that fired; a run without any is good, and the next runs are compared with it. */
  alarms: Type.Array(Type.String()),
  /** A person said that this run is as it should be, whatever fired. */
  accepted: Type.Boolean(),
})
export type Snapshot = Static<typeof Snapshot>
export type Traffic = NonNullable<Snapshot['traffic']>
