import { type CommandDef, defineCommand, runCommand, runMain } from 'citty'
import { messageOf, SegueError } from './domain/errors.ts'
import { VERSION } from './version.ts'

// Commands load when they are called: `segue --help` needs no native library.
const index = defineCommand({
  meta: { name: 'index', description: 'Build and check index bundles' },
  subCommands: {
    build: () => import('./pipeline/index-build.ts').then((module) => module.indexBuild),
    verify: () => import('./pipeline/index-verify.ts').then((module) => module.indexVerify),
  },
})

const catalogue = defineCommand({
  meta: { name: 'catalogue', description: 'Bring catalogues in' },
  subCommands: {
    import: () => import('./pipeline/catalogue-import.ts').then((module) => module.catalogueImport),
  },
})

const pipeline = defineCommand({
  meta: { name: 'pipeline', description: 'Chain all steps' },
  subCommands: {
    run: () => import('./pipeline/run.ts').then((module) => module.pipelineRun),
  },
})

const segue = defineCommand({
  meta: {
    name: 'segue',
    version: VERSION,
    description: 'The way of a playlist, from a raw catalogue to an index',
  },
  subCommands: {
    catalogue,
    curate: () => import('./pipeline/curate.ts').then((module) => module.curate),
    review: () => import('./pipeline/review.ts').then((module) => module.review),
    index,
    queries: () => import('./pipeline/queries.ts').then((module) => module.queries),
    candidates: () => import('./pipeline/candidates.ts').then((module) => module.candidates),
    label: () => import('./pipeline/label.ts').then((module) => module.label),
    'train-data': () => import('./pipeline/train-data.ts').then((module) => module.trainData),
    evaluate: () => import('./pipeline/evaluate.ts').then((module) => module.evaluate),
    ladder: () => import('./pipeline/ladder.ts').then((module) => module.ladder),
    judge: () => import('./pipeline/judge.ts').then((module) => module.judge),
    'human-set': () => import('./pipeline/human-set.ts').then((module) => module.humanSet),
    monitor: () => import('./pipeline/monitor.ts').then((module) => module.monitor),
    pipeline,
    recorded: () => import('./pipeline/recorded.ts').then((module) => module.recorded),
  },
})

/** Runs a command. Exit code 1 for what the caller can mend, with one clear message; a stack only for our own faults. */
async function main(command: CommandDef, rawArgs: string[]): Promise<void> {
  if (
    rawArgs.length === 0 ||
    rawArgs.some((arg) => arg === '--help' || arg === '-h' || arg === '--version')
  ) {
    return runMain(command, { rawArgs })
  }
  try {
    await refuseUnknownOptions(command, rawArgs)
    await runCommand(command, { rawArgs })
  } catch (error) {
    process.exitCode = 1
    if (error instanceof SegueError) {
      const expected = error.expected === undefined ? '' : `\nExpected: ${error.expected}`
      process.stderr.write(`segue: ${error.message}${expected}\n`)
    } else if (error instanceof Error && error.name === 'CLIError') {
      process.stderr.write(`segue: ${messageOf(error)}\nTry --help.\n`)
    } else throw error
  }
}

/** The parser takes an unknown option for a value: a misspelt one would change a run in silence. */
async function refuseUnknownOptions(command: CommandDef, rawArgs: string[]): Promise<void> {
  let current = command
  const path: string[] = []
  const rest = [...rawArgs]
  for (;;) {
    const next = (await resolved(current.subCommands))?.[rest[0] ?? '']
    if (!next) break
    path.push(rest.shift() ?? '')
    current = (await resolved(next)) as CommandDef
  }
  const known = Object.keys((await resolved(current.args)) ?? {}).flatMap((name) => [name, kebab(name)])
  for (const option of rest.flatMap((arg) => /^--(?:no-)?([^=]+)/.exec(arg)?.[1] ?? [])) {
    if (known.includes(option) || known.includes(`no-${option}`)) continue
    throw new SegueError('invalid_input', `segue ${path.join(' ')} has no option --${option}`, {
      field: `--${option}`,
      expected: `one of ${[...new Set(known.map(kebab))].map((name) => `--${name}`).join(' ')}`,
    })
  }
}

const resolved = async <T>(
  value: T | Promise<T> | (() => T | Promise<T>) | undefined,
): Promise<T | undefined> => (typeof value === 'function' ? (value as () => T | Promise<T>)() : value)

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

await main(segue, process.argv.slice(2))
