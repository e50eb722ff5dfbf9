import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { Type } from 'typebox'
import { describe, expect, it } from 'vitest'
import { type BadRow, readJsonl, readJsonlBy, writeJsonl } from '../../src/pipeline/jsonl.ts'

const Thing = Type.Object({ id: Type.String({ minLength: 1 }), n: Type.Optional(Type.Integer()) })

async function file(content: string | Buffer, name = 'rows.jsonl'): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'segue-jsonl-')), name)
  await writeFile(path, content)
  return path
}

async function rows(path: string, onInvalid?: (bad: BadRow) => void) {
  const all = []
  for await (const row of readJsonl(path, Thing, { onInvalid })) all.push(row)
  return all
}

describe('readJsonl', () => {
  it('gives each row its line number, over empty lines, CR LF, a byte order mark and no last newline', async () => {
    const path = await file('\uFEFF{"id":"a"}\r\n\n{"id":"b","n":2}')
    expect(await rows(path)).toEqual([
      { value: { id: 'a' }, file: path, line: 1 },
      { value: { id: 'b', n: 2 }, file: path, line: 3 },
    ])
  })

  it('does not split a row at U+2028 inside a string', async () => {
    const path = await file('{"id":"a\u2028b"}\n')
    expect((await rows(path)).map((row) => row.value.id)).toEqual(['a\u2028b'])
  })

  it('joins a character and a row that chunks cut in two', async () => {
    const long = `${'é'.repeat(300_000)}x`
    const path = await file(`{"id":"${long}"}\n{"id":"z"}\n`)
    expect((await rows(path)).map((row) => row.value.id)).toEqual([long, 'z'])
  })

  it('names file, line and reason of the first bad row', async () => {
    const path = await file('{"id":"a"}\n{"id":7}\n')
    await expect(rows(path)).rejects.toMatchObject({
      code: 'invalid_input',
      message: `${path}:2: /id must be string, not 7`,
    })
    const broken = await file('{"id":"a"}\n\n{"id":\n')
    await expect(rows(broken)).rejects.toThrow(`${broken}:3: not JSON`)
  })

  it('hands every bad row to onInvalid and goes on', async () => {
    const path = await file('nope\n{"id":"a"}\n{}\n')
    const bad: BadRow[] = []
    expect(await rows(path, (row) => bad.push(row))).toHaveLength(1)
    expect(bad.map((row) => row.line)).toEqual([1, 3])
  })

  it('refuses bytes that are not UTF-8, with their line', async () => {
    const path = await file(
      Buffer.concat([Buffer.from('{"id":"a"}\n{"id":"'), Buffer.from([0xff, 0x22, 0x7d])]),
    )
    await expect(rows(path)).rejects.toThrow(`${path}:2: not UTF-8`)
  })

  it('unpacks .gz and says which file is missing', async () => {
    expect(await rows(await file(gzipSync('{"id":"a"}\n'), 'rows.jsonl.gz'))).toHaveLength(1)
    await expect(rows('/nowhere/rows.jsonl.gz')).rejects.toThrow('/nowhere/rows.jsonl.gz')
    await expect(rows('/nowhere/rows.jsonl')).rejects.toThrow('/nowhere/rows.jsonl')
  })
})

describe('readJsonlBy', () => {
  it('refuses a key that was there before', async () => {
    const path = await file('{"id":"a"}\n{"id":"a"}\n')
    await expect(readJsonlBy(path, Thing, (row) => row.id)).rejects.toThrow(`${path}:2: a was there before`)
  })
})

describe('writeJsonl', () => {
  it('leaves the old file as it was when the rows fail half way', async () => {
    const path = await file('{"id":"old"}\n')
    async function* failing() {
      yield { id: 'new' }
      throw new Error('the disk is full')
    }
    await expect(writeJsonl(path, failing())).rejects.toThrow('the disk is full')
    expect(await readFile(path, 'utf8')).toBe('{"id":"old"}\n')
    expect(await writeJsonl(path, [{ id: 'new' }])).toBe(1)
    expect(await readFile(path, 'utf8')).toBe('{"id":"new"}\n')
  })
})
