import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { VERSION } from '../src/version.ts'

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

async function segue(...args: string[]): Promise<Ended> {
  try {
    const done = await promisify(execFile)(process.execPath, ['--import', 'tsx', 'src/cli.ts', ...args])
    return { code: 0, ...done }
  } catch (error) {
    return error as Ended
  }
}

describe('segue', () => {
  it('lists its commands and its version', async () => {
    const help = await segue('--help')
    for (const command of ['catalogue', 'curate', 'index', 'evaluate', 'monitor'])
      expect(help.stdout).toContain(command)
    expect((await segue('--version')).stdout.trim()).toBe(VERSION)
  })

  it.each([
    ['an unknown command', ['mix'], /mix/],
    ['an unknown option', ['index', 'verify', 'index-data/demo', '--modell', 'x'], /--modell[\s\S]*--model/],
    ['a missing argument', ['index', 'build'], /catalogue/],
    ['a folder that is none', ['index', 'verify', 'nowhere'], /nowhere/],
  ])('refuses %s with code 1, what is wrong and no stack', async (_what, args, said) => {
    const ended = await segue(...args)
    expect(ended.code).toBe(1)
    expect(ended.stderr).toMatch(said)
    expect(ended.stderr).not.toMatch(/\n\s+at /)
  })
})
