import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const CLI = fileURLToPath(new URL('../../src/cli.ts', import.meta.url))

export interface Running {
  readonly child: ChildProcess
  /** Exit code (null where a signal ended it) and all that it printed. */
  readonly ended: Promise<{ readonly code: number | null; readonly output: string }>
}

/** Starts `segue ...` as a process of its own, as a person would. */
export function startSegue(args: readonly string[]): Running {
  const child = spawn(process.execPath, ['--import', 'tsx', CLI, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout?.on('data', (chunk) => (output += chunk))
  child.stderr?.on('data', (chunk) => (output += chunk))
  const ended = new Promise<{ code: number | null; output: string }>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, output }))
  })
  return { child, ended }
}
