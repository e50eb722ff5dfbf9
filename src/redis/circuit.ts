import { messageOf } from '../domain/errors.ts'

export interface CircuitOptions {
  /** Failures in a row that open the circuit. */
  readonly threshold: number
  /** Milliseconds between probes while it is open. */
  readonly probeMs: number
  /** Resolves when the server is well again; closes the circuit. */
  readonly probe: () => Promise<unknown>
  readonly onChange?: (closed: boolean, reason: string) => void
}

/** Closed: the server is asked. Open: it is left alone, so that nobody waits for it. */
export interface Circuit {
  closed(): boolean
  /** Why it is open; undefined while it is closed. */
  reason(): string | undefined
  succeeded(): void
  failed(reason: string): void
  /** Opens at once, e.g. for a lost connection. */
  open(reason: string): void
  /** Probes now instead of at the next tick. */
  probe(): void
  end(): void
}

/**
 * A circuit breaker (Nygard, Release It!) that starts open and probes in the background. The usual half-open state
 * lets a caller's request be the probe; here no listener's search waits to find out whether a cache is well.
 */
export function openCircuit({ threshold, probeMs, probe, onChange }: CircuitOptions): Circuit {
  let why: string | undefined = 'no answer yet'
  let failures = 0
  let probing = false
  let ended = false
  // Openings so far: a probe that began before the last one says nothing of what came after it.
  let openings = 0
  const timer = setInterval(() => void check(), probeMs)
  timer.unref()

  async function check(): Promise<void> {
    if (why === undefined || probing || ended) return
    probing = true
    const seen = openings
    try {
      await probe()
      if (seen === openings && !ended) change(undefined)
    } catch (error) {
      if (!ended) why = messageOf(error)
    } finally {
      probing = false
    }
  }

  function change(reason: string | undefined): void {
    const was = why === undefined
    why = reason
    failures = 0
    if (reason !== undefined) openings++
    if (was !== (reason === undefined)) onChange?.(reason === undefined, reason ?? '')
  }

  return {
    closed: () => why === undefined,
    reason: () => why,
    succeeded: () => {
      failures = 0
    },
    failed: (reason) => {
      if (why === undefined && ++failures >= threshold) change(reason)
    },
    open: (reason) => {
      if (!ended) change(reason)
    },
    probe: () => void check(),
    end: () => {
      ended = true
      clearInterval(timer)
      why ??= 'closed'
    },
  }
}
