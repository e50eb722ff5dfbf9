import { Presets, SingleBar } from 'cli-progress'

export interface Progress {
  /** Work done so far, in the unit of the total. */
  update(done: number, note?: string): void
  /** Ends the bar and prints one closing line. */
  done(summary?: string): void
}

/** Seconds between plain lines where nobody watches a terminal. */
const LINE_EVERY = 10

/**
 * Shows how far a long step is: a bar with rate and time left on a terminal, a plain line every ten seconds
 * elsewhere (a log must not fill with carriage returns). Written to standard error; results go to standard output.
 *
 * @param total units of work; 0 where it is not known
 */
export function openProgress(
  label: string,
  total: number,
  unit = 'rows',
  stream: NodeJS.WriteStream = process.stderr,
): Progress {
  const started = Date.now()
  const rate = (done: number) => done / Math.max(0.001, (Date.now() - started) / 1000)
  let last = 0
  const line = (done: number, note: string) => {
    const left = total > 0 ? `/${total}, ${duration((total - done) / Math.max(rate(done), 1e-9))} left` : ''
    stream.write(
      `${label}: ${done}${left} (${figure(rate(done))} ${unit}/s)${note === '' ? '' : `, ${note}`}\n`,
    )
  }
  if (!stream.isTTY) {
    let lineAt = started
    return {
      update(done, note = '') {
        last = done
        if (Date.now() - lineAt < LINE_EVERY * 1000) return
        lineAt = Date.now()
        line(done, note)
      },
      done: (summary) => void stream.write(`${summary ?? closing(label, last, unit, started)}\n`),
    }
  }
  const bar = new SingleBar(
    {
      format: `${label} {bar} {value}/{total} ${unit}, {rate}/s, {left} left {note}`,
      stream,
      hideCursor: true,
      etaBuffer: 50,
    },
    Presets.shades_classic,
  )
  bar.start(total, 0, { rate: 0, left: '?', note: '' })
  return {
    update(done, note = '') {
      last = done
      if (total === 0) bar.setTotal(done)
      const left = total > 0 ? duration((total - done) / Math.max(rate(done), 1e-9)) : '?'
      bar.update(done, { rate: figure(rate(done)), left, note })
    },
    done(summary) {
      bar.update(last)
      bar.stop()
      stream.write(`${summary ?? closing(label, last, unit, started)}\n`)
    },
  }
}

const closing = (label: string, done: number, unit: string, started: number) =>
  `${label}: ${done} ${unit} in ${duration((Date.now() - started) / 1000)}`

const figure = (value: number) => (value >= 100 ? String(Math.round(value)) : value.toFixed(1))

/** Seconds as people say them: 40s, 3m20s, 2h05m. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '?'
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 60) return `${whole}s`
  if (whole < 3600) return `${Math.floor(whole / 60)}m${String(whole % 60).padStart(2, '0')}s`
  return `${Math.floor(whole / 3600)}h${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')}m`
}
