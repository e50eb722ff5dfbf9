import type { SegueError } from '../domain/errors.ts'
import type { EncodedText, EncoderOptions, Text } from './encoder.ts'
import type { Gate } from './gate.ts'
import type { Precision } from './model.ts'
import type { ProviderFailure } from './providers.ts'

/** What a worker thread is started with. */
export interface WorkerStart extends EncoderOptions {
  /** The model was verified a while ago: make sure that it is still the same. */
  readonly again: boolean
  readonly gate: Gate
}

export type ToWorker =
  | { readonly kind: 'encode'; readonly texts: readonly Text[] }
  /** Release the session and end. */
  | { readonly kind: 'close' }

export interface Ready {
  readonly kind: 'ready'
  readonly provider: string
  readonly precision: Precision
  readonly failures: readonly ProviderFailure[]
}

export type FromWorker =
  | Ready
  | { readonly kind: 'encoded'; readonly results: readonly EncodedText[] }
  /** It cannot start and says why; an error that is thrown loses its code between threads. */
  | { readonly kind: 'refused'; readonly error: Pick<SegueError, 'code' | 'message' | 'field' | 'expected'> }
