import { describe, expect, it } from 'vitest'
import { listOption } from '../../src/pipeline/list-option.ts'

describe('listOption', () => {
  it('takes values in a row, repeated, with commas and with an equals sign', () => {
    const args = [
      '--catalogue',
      'a',
      'b',
      '--skip-invalid',
      '--catalogue',
      'c,d',
      '--out',
      'x',
      '--catalogue=e',
      'f',
    ]
    expect(listOption(args, 'catalogue')).toEqual(['a', 'b', 'c', 'd', 'e'])
    expect(listOption(args, 'curation')).toEqual([])
    expect(listOption(args, 'out')).toEqual(['x'])
  })
})
