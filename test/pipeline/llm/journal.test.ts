import { appendFile, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { LlmAnswer } from '../../../src/llm/llm.ts'
import { openJournal } from '../../../src/pipeline/llm/journal.ts'
import { temporaryFolder } from '../../support/temporary.ts'

const answer = (customId: string, content = 'ü'): LlmAnswer => ({
  customId,
  content,
  model: 'm',
  usage: { promptTokens: 10, completionTokens: 5 },
  truncated: false,
  at: '2026-01-01T00:00:00.000Z',
})

const journalFile = async () => join(await temporaryFolder(), 'journal.jsonl')

describe('openJournal', () => {
  it('gives answers back after closing, whatever their bytes, and sums what was spent', async () => {
    const file = await journalFile()
    const first = await openJournal(file)
    await Promise.all(['a', 'b', 'c'].map((id) => first.append(answer(id, `${id} – 日本語\n"`), 'p/1')))
    expect(await first.get('b')).toMatchObject({ content: 'b – 日本語\n"', prompt: 'p/1' })
    await first.close()
    const second = await openJournal(file)
    expect(await second.get('c')).toMatchObject({ content: 'c – 日本語\n"' })
    expect(await second.get('d')).toBeUndefined()
    expect(second.spent).toEqual({ promptTokens: 30, completionTokens: 15 })
    await second.close()
  })

  it('has the answer on disk when append resolves', async () => {
    const file = await journalFile()
    const journal = await openJournal(file)
    await journal.append(answer('a'), 'p/1')
    expect(await readFile(file, 'utf8')).toContain('"customId":"a"')
    await journal.close()
  })

  it('cuts away a line that a kill tore off, also inside a character, and goes on', async () => {
    const file = await journalFile()
    const first = await openJournal(file)
    await first.append(answer('a'), 'p/1')
    await first.close()
    const whole = (await stat(file)).size
    await appendFile(file, Buffer.from(`{"customId":"b","content":"ü`).subarray(0, -1))
    const second = await openJournal(file)
    expect(second.has('b')).toBe(false)
    expect((await stat(file)).size).toBe(whole)
    await second.append(answer('c'), 'p/1')
    await second.close()
    const third = await openJournal(file)
    expect([third.has('a'), third.has('c'), third.size]).toEqual([true, true, 2])
    await third.close()
  })

  it('reads lines that are longer than its buffer', async () => {
    const file = await journalFile()
    const first = await openJournal(file)
    await first.append(answer('long', 'é'.repeat(2_000_000)), 'p/1')
    await first.append(answer('next'), 'p/1')
    await first.close()
    const second = await openJournal(file)
    expect((await second.get('long'))?.content).toHaveLength(2_000_000)
    expect((await second.get('next'))?.content).toBe('ü')
    await second.close()
  })

  it('refuses a broken line with its place, and leaves the file alone', async () => {
    const file = await journalFile()
    await writeFile(file, '{"customId":"a"}\n')
    await expect(openJournal(file)).rejects.toThrow(`${file}:1: `)
    expect(await readFile(file, 'utf8')).toBe('{"customId":"a"}\n')
  })

  it('lets one process in at a time, and takes over the lock of a dead one', async () => {
    const file = await journalFile()
    await writeFile(`${file}.lock`, String(process.ppid))
    await expect(openJournal(file)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining(String(process.ppid)),
    })
    // The highest process number on Linux is 2^22: nobody has this one.
    await writeFile(`${file}.lock`, String(2 ** 22 + 1))
    await (await openJournal(file)).close()
  })
})
