import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { defineCommand } from 'citty'
import { describe, expect, it } from 'vitest'
import type { Step } from '../../../src/pipeline/run/call.ts'
import { runPipeline } from '../../../src/pipeline/run/run-pipeline.ts'
import { temporaryFolders } from '../../support/folder.ts'

const folder = temporaryFolders()

/** Copies a file and adds a letter: enough of a step to see what runs and what it read. */
const append = defineCommand({
  args: {
    from: { type: 'string', required: true },
    to: { type: 'string', required: true },
    letter: { type: 'string', required: true },
  },
  async run({ args }) {
    if (args.letter === '!') throw new Error('killed')
    await writeFile(args.to, (await readFile(args.from, 'utf8')) + args.letter)
  },
})

async function threeSteps(letters = 'bcd') {
  const out = await folder()
  const file = (name: string) => join(out, `${name}.txt`)
  await writeFile(file('in'), 'a')
  const make = (text: string): Step[] =>
    [...text].map((letter, index) => {
      const [from, to] = [file(index === 0 ? 'in' : `s${index}`), file(`s${index + 1}`)]
      const call = {
        command: append,
        args: ['--from', from, '--to', to, '--letter', letter],
      } as unknown as Step['calls'][number]
      return { name: `s${index + 1}`, inputs: [from], outputs: [to], calls: [call] }
    })
  const said: string[] = []
  const run = (over: { from?: string; to?: string; letters?: string } = {}) =>
    runPipeline(make(over.letters ?? letters), {
      out,
      from: over.from,
      to: over.to,
      say: (line) => void said.push(line),
    })
  return { file, run, said, out }
}

describe('runPipeline', () => {
  it('runs everything once, and nothing while nothing changes', async () => {
    const { file, run, said } = await threeSteps()
    expect(await run()).toEqual(['s1', 's2', 's3'])
    expect(await readFile(file('s3'), 'utf8')).toBe('abcd')
    expect(await run()).toEqual([])
    expect(said.at(-1)).toBe('[3/3] s3: nothing has changed')
  })

  it('runs what a changed input, a changed argument or a changed output calls for', async () => {
    const { file, run } = await threeSteps()
    await run()
    await writeFile(file('in'), 'A')
    expect(await run()).toEqual(['s1', 's2', 's3'])
    expect(await run({ letters: 'bcx' })).toEqual(['s3'])
    await writeFile(file('s2'), 'touched')
    expect(await run({ letters: 'bcx' })).toEqual(['s2'])
    expect(await readFile(file('s3'), 'utf8')).toBe('Abcx')
  })

  it('starts again from any step, and stops after any', async () => {
    const { run } = await threeSteps()
    expect(await run({ to: 's2' })).toEqual(['s1', 's2'])
    expect(await run({ from: 's2' })).toEqual(['s2', 's3'])
    expect(await run({ from: 's1', to: 's1' })).toEqual(['s1'])
  })

  it('goes on where a step failed', async () => {
    const { run } = await threeSteps()
    await expect(run({ letters: 'b!d' })).rejects.toThrow('killed')
    expect(await run()).toEqual(['s2', 's3'])
  })

  it('says which step makes what is missing', async () => {
    const { file, run } = await threeSteps()
    await run()
    await rm(file('s1'))
    await expect(run({ from: 's2' })).rejects.toMatchObject({
      code: 'invalid_input',
      expected: '--from s1, which makes it',
    })
    await expect(run({ from: 's9' })).rejects.toMatchObject({ field: '--from', expected: 's1 | s2 | s3' })
  })

  it('runs everything again where its stamps are broken', async () => {
    const { run, out } = await threeSteps()
    await run()
    await writeFile(join(out, 'stamps.json'), '{"half')
    expect(await run()).toEqual(['s1', 's2', 's3'])
  })
})
