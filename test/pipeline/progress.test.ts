import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { duration, openProgress } from '../../src/pipeline/progress.ts'

describe('duration', () => {
  it.each([
    [0.4, '0s'],
    [59.4, '59s'],
    [200, '3m20s'],
    [7500, '2h05m'],
    [Infinity, '?'],
  ])('says %s seconds as %s', (seconds, text) => {
    expect(duration(seconds)).toBe(text)
  })
})

describe('openProgress', () => {
  it('writes plain lines, and few of them, where nobody watches', () => {
    const stream = new PassThrough() as unknown as NodeJS.WriteStream
    const progress = openProgress('work', 1000, 'rows', stream)
    for (let i = 1; i <= 1000; i++) progress.update(i)
    progress.done()
    const text = String(stream.read())
    expect(text).toBe('work: 1000 rows in 0s\n')
    expect(text).not.toContain('\r')
  })

  it('draws a bar with rate and time left on a terminal', () => {
    const written: string[] = []
    const stream = Object.assign(new PassThrough(), {
      isTTY: true,
      columns: 120,
      cursorTo: () => true,
      clearLine: () => true,
      moveCursor: () => true,
    }) as unknown as NodeJS.WriteStream
    stream.on('data', (chunk) => written.push(String(chunk)))
    const progress = openProgress('work', 10, 'rows', stream)
    progress.update(10)
    progress.done('all done')
    const text = written.join('')
    expect(text).toMatch(/10\/10 rows, [\d.]+\/s, 0s left/)
    expect(text).toContain('all done\n')
  })
})
