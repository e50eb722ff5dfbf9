import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readRun, writeRun } from '../../../src/pipeline/evaluate/trec-run.ts'
import { temporaryFolders } from '../../support/folder.ts'

const folder = temporaryFolders()

describe('run files', () => {
  it('are read back in the order that was evaluated', async () => {
    const file = join(await folder(), 'a.run')
    const run = new Map([
      ['q1', ['z', 'a', 'm']],
      ['q2', ['b']],
    ])
    await writeRun(file, run, 'my system')
    expect(await readRun(file)).toEqual(run)
    expect(await readFile(file, 'utf8')).toMatch(/^q1 Q0 z 1 1\.000000 my-system\n/)
  })

  it('go by score and then id, whatever the rank column says', async () => {
    const file = join(await folder(), 'b.run')
    await writeFile(file, 'q Q0 a 1 0.5 t\nq Q0 b 2 0.9 t\nq Q0 c 3 0.5 t\n')
    expect((await readRun(file)).get('q')).toEqual(['b', 'c', 'a'])
  })

  it.each([
    ['q Q0 a 1 high t\n', ':1: not a run row'],
    ['q Q0 a 1 0.5\n', ':1: not a run row'],
    ['q Q0 a 1 0.5 t\nq Q0 a 2 0.4 t\n', ':2: q has a already'],
  ])('refuses %j', async (text, message) => {
    const file = join(await folder(), 'c.run')
    await writeFile(file, text)
    await expect(readRun(file)).rejects.toThrow(message)
  })
})
