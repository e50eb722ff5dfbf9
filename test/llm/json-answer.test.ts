import { describe, expect, it } from 'vitest'
import { jsonAnswer } from '../../src/llm/json-answer.ts'

describe('jsonAnswer', () => {
  it.each([
    ['plain', '{"a": 1}'],
    ['fenced', '```json\n{"a": 1}\n```'],
    ['chatty', 'Sure! Here it is: {"a": 1}. Anything else?'],
    ['after braces that are no JSON', 'as {requested}: {"a": 1}'],
    ['followed by another', '{"a": 1}\n{"b": 2}'],
  ])('finds the object where it is %s', (_, content) => {
    expect(jsonAnswer(content)).toEqual({ a: 1 })
  })

  it('is not misled by braces and quotes inside strings', () => {
    const value = { text: 'a } " \\ { b', nested: { c: [1, { d: '}' }] } }
    expect(jsonAnswer(`x ${JSON.stringify(value)} y`)).toEqual(value)
  })

  it.each(['', 'no', '[1, 2]', '"text"', 'null', '{"a": ', '{"a": "cut'])('has nothing for %j', (content) => {
    expect(jsonAnswer(content)).toBeNull()
  })

  it('takes linear time on what never closes', () => {
    expect(jsonAnswer('{'.repeat(200_000))).toBeNull()
  })
})
