import type { Filter } from '../domain/filter.ts'
import type { Kind } from '../domain/playlist.ts'

export interface RetrievalRequest {
  /** A normalised query (domain/query.ts); '' searches by vector alone. */
  readonly text: string
  /** L2-normalised; null searches by text alone. A promise lets the text be searched while the model still works. */
  readonly vector: Float32Array | null | Promise<Float32Array | null>
  readonly filter: Filter
  /** Candidates wanted from each leg, for each kind. */
  readonly depth: number
}

export interface Candidate {
  readonly id: string
  readonly kind: Kind
  /** Cosine similarity of query and playlist, -1..1; null when there was no vector. */
  readonly dense: number | null
  /** BM25 over the most that these query terms could reach, 0..1; 0 when no term matches. */
  readonly lexical: number
  /** Whether the query is the very title, or the beginning of it. */
  readonly title: 'exact' | 'prefix' | null
}

/**
 * The one thing that search asks of an index: vector, text and filter in, candidates out, unordered, each id once.
 * hnswlib + SQLite stands behind it; a distributed engine can.
 */
export interface Retriever {
  /** @throws SegueError `unavailable` when the engine is down, and whatever `vector` rejects with */
  retrieve(request: RetrievalRequest): Promise<Candidate[]>
  /** The indexed vector of a playlist, null when there is no such id. */
  vector(id: string): Promise<Float32Array | null>
  close(): void
}
