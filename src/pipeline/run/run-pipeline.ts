import { existsSync } from 'node:fs'
import { SegueError } from '../../domain/errors.ts'
import { duration } from '../progress.ts'
import { runStep, type Step } from './call.ts'
import { fingerprint, hashAll, isFresh, readStamps, writeStamps } from './stamps.ts'

export interface RunOptions {
  readonly out: string
  /** Start here, whatever was made before; without it every step runs whose inputs have changed. */
  readonly from?: string | undefined
  /** Stop after this step. */
  readonly to?: string | undefined
  readonly say: (line: string) => void
}

/**
 * Runs the steps that need it, in order, and stamps each with the hashes of what it read and made: a run that was
 * stopped, or whose inputs changed, goes on where it has to.
 *
 * @returns the names of the steps that ran
 * @throws SegueError `invalid_config` for an unknown step, `invalid_input` where an input is missing
 */
export async function runPipeline(steps: readonly Step[], options: RunOptions): Promise<string[]> {
  const first = options.from === undefined ? 0 : place(steps, options.from, '--from')
  const last = options.to === undefined ? steps.length - 1 : place(steps, options.to, '--to')
  const stamps = await readStamps(options.out)
  const ran: string[] = []
  for (const [index, step] of steps.slice(0, last + 1).entries()) {
    if (index < first) continue
    checkInputs(step, steps.slice(0, index))
    const { hash, inputs } = await fingerprint(step)
    const title = `[${index + 1}/${steps.length}] ${step.name}`
    if (options.from === undefined && (await isFresh(step, stamps.get(step.name), hash))) {
      options.say(`${title}: nothing has changed`)
      continue
    }
    options.say(title)
    const started = Date.now()
    await runStep(step)
    const seconds = (Date.now() - started) / 1000
    const outputs = await hashAll(step.outputs)
    stamps.set(step.name, {
      step: step.name,
      hash,
      inputs,
      outputs,
      at: new Date(started).toISOString(),
      seconds,
    })
    await writeStamps(options.out, stamps)
    options.say(`${title}: done in ${duration(seconds)}`)
    ran.push(step.name)
  }
  return ran
}

function place(steps: readonly Step[], name: string, field: string): number {
  const index = steps.findIndex((step) => step.name === name)
  if (index >= 0) return index
  throw new SegueError('invalid_config', `There is no step called ${name}`, {
    field,
    expected: steps.map((step) => step.name).join(' | '),
  })
}

function checkInputs(step: Step, before: readonly Step[]): void {
  const missing = step.inputs.find((path) => !existsSync(path))
  if (missing === undefined) return
  const maker = before.find(({ outputs }) => outputs.includes(missing))
  throw new SegueError('invalid_input', `The step ${step.name} needs ${missing}, which is not there`, {
    field: missing,
    expected: maker ? `--from ${maker.name}, which makes it` : 'a file that the configuration names',
  })
}
