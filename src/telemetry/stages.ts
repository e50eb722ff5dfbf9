/** The stages of a query. One name in the answer, in the log, in the histogram and in Server-Timing. */
export const STAGES = ['cache', 'tokenize', 'embed', 'retrieve', 'rank'] as const
export type Stage = (typeof STAGES)[number]

/** Milliseconds by stage. A stage that was not needed is not there. */
export type Took = Partial<Record<Stage, number>>

export interface StageClock {
  readonly took: Took
  /** Runs one stage and adds its time, also when it throws. */
  time<T>(stage: Stage, run: () => Promise<T>): Promise<T>
  /** Adds time measured elsewhere: by a worker thread. */
  add(stage: Stage, milliseconds: number): void
}

export function stageClock(): StageClock {
  const took: Took = {}
  const add = (stage: Stage, milliseconds: number) => {
    took[stage] = (took[stage] ?? 0) + milliseconds
  }
  return {
    took,
    add,
    async time(stage, run) {
      const start = performance.now()
      try {
        return await run()
      } finally {
        add(stage, performance.now() - start)
      }
    },
  }
}

/** Milliseconds for people and headers: microseconds are noise beyond this. */
export const roundMs = (milliseconds: number): number => Math.round(milliseconds * 1000) / 1000

/** The value of a Server-Timing header (W3C Server Timing), stages in their order. */
export function serverTiming(took: Took, total: number): string {
  const entries = STAGES.flatMap((stage) => {
    const milliseconds = took[stage]
    return milliseconds === undefined ? [] : [`${stage};dur=${roundMs(milliseconds)}`]
  })
  return [...entries, `total;dur=${roundMs(total)}`].join(', ')
}
