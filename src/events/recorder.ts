import { setTimeout as delay } from 'node:timers/promises'
import type { SearchRecord } from './event.ts'
import type { Sink } from './sink.ts'

export interface RecorderLimits {
  /** Searches that may wait; more are dropped. */
  readonly maxBuffered?: number
  /** Milliseconds that searches are gathered before they are written together. */
  readonly gatherMs?: number
  /** Milliseconds before a failed write is tried again. */
  readonly retryMs?: number
  /** Longest wait at close(). */
  readonly closeMs?: number
}

export interface Recorder {
  record(search: SearchRecord): void
  status(): { readonly written: number; readonly dropped: number; readonly buffered: number }
  close(): Promise<void>
}

/** Searches a write takes at most, so that one write stays short. */
const BATCH = 500

/**
 * A bounded buffer in front of a sink, so that a search never waits for the log. While the sink fails, searches wait
 * here and are tried again; when the buffer is full the newest are dropped, and counted.
 */
export function openRecorder(sink: Sink, limits: RecorderLimits = {}): Recorder {
  const { maxBuffered = 10_000, gatherMs = 100, retryMs = 1000, closeMs = 2000 } = limits
  const closing = new AbortController()
  let buffer: SearchRecord[] = []
  let inFlight = 0
  let written = 0
  let dropped = 0
  let running: Promise<void> | undefined

  async function run(): Promise<void> {
    await pause(gatherMs)
    while (buffer.length > 0) {
      const batch = buffer.slice(0, BATCH)
      buffer = buffer.slice(batch.length)
      inFlight = batch.length
      try {
        await sink.write(batch, { durable: false })
        written += batch.length
        inFlight = 0
      } catch {
        buffer = [...batch, ...buffer]
        inFlight = 0
        if (closing.signal.aborted) return
        await pause(retryMs)
      }
    }
  }

  /** Ends early at close(). */
  const pause = async (ms: number): Promise<void> => {
    await delay(ms, undefined, { signal: closing.signal, ref: false }).catch(() => {})
  }

  return {
    record: (search) => {
      if (closing.signal.aborted || buffer.length + inFlight >= maxBuffered) {
        dropped++
        return
      }
      buffer.push(search)
      running ??= run().finally(() => {
        running = undefined
      })
    },
    status: () => ({ written, dropped, buffered: buffer.length + inFlight }),
    close: async () => {
      closing.abort()
      await Promise.race([running, delay(closeMs, undefined, { ref: false })])
      dropped += buffer.length
      buffer = []
    },
  }
}
