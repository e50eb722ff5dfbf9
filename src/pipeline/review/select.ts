import type { Curation } from '../../domain/curation.ts'
import type { Playlist } from '../../domain/playlist.ts'

/** An answer that a person should look at. */
export interface ReviewItem {
  readonly playlist: Playlist
  /** Null where the answer that was set aside cannot even be shown. */
  readonly curation: Curation | null
  /** Why it was chosen, most telling first. */
  readonly why: readonly string[]
  /** From 0 to 1, higher is less certain. */
  readonly risk: number
}

export interface Signals {
  readonly playlist: Playlist
  readonly curation: Curation
  /** Cosine of the description with title and tracks; null where no model was given. */
  readonly faithfulness: number | null
}

/** Answers with a note stand this much higher, as a share of the whole range. */
const NOTE_WEIGHT = 0.15

/**
 * The least certain share of the answers. Confidence and faithfulness are read as ranks among all answers, because
 * neither is calibrated: the lowest of each come first; what validation nearly refused is pushed up.
 */
export function leastCertain(signals: readonly Signals[], share: number): ReviewItem[] {
  const confidence = ranks(signals.map(({ curation }) => curation.confidence))
  const scores = signals.map(({ faithfulness }) => faithfulness)
  const faithful = scores.every((score) => score !== null) ? ranks(scores as number[]) : null
  const items = signals.map(({ playlist, curation, faithfulness }, i): ReviewItem => {
    const notes = curation.provenance?.notes ?? []
    const byConfidence = 1 - (confidence[i] as number)
    const byFaithfulness = faithful ? 1 - (faithful[i] as number) : byConfidence
    const certainty = Math.max(byConfidence, byFaithfulness) + (notes.length > 0 ? NOTE_WEIGHT : 0)
    return {
      playlist,
      curation,
      risk: certainty / (1 + NOTE_WEIGHT),
      why: [
        ...notes,
        `confidence ${curation.confidence}`,
        ...(faithfulness === null ? [] : [`faithfulness ${faithfulness.toFixed(2)}`]),
      ],
    }
  })
  const wanted = Math.ceil(items.length * share)
  return items.sort((a, b) => b.risk - a.risk || (a.playlist.id < b.playlist.id ? -1 : 1)).slice(0, wanted)
}

/** The share of values that lie below each value; equal values have equal ranks. */
function ranks(values: readonly number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b)
  const below = new Map<number, number>()
  for (const [i, value] of sorted.entries()) if (!below.has(value)) below.set(value, i)
  return values.map((value) => (below.get(value) as number) / Math.max(1, values.length - 1))
}
