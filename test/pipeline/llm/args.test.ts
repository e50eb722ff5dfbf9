import { describe, expect, it } from 'vitest'
import { llmOptions } from '../../../src/pipeline/llm/args.ts'

describe('llmOptions', () => {
  it('reads the key from the variable that is named, and goes on without one', () => {
    const args = { live: true, llm: 'm', endpoint: 'http://localhost:1/v1', 'api-key-env': 'MY_KEY' }
    expect(llmOptions(args, { MY_KEY: 'secret' }).live?.apiKey).toBe('secret')
    expect(llmOptions(args, {}).live?.apiKey).toBe('none')
  })

  it.each([
    [{}, 'It is not said how the model is reached'],
    [{ live: true }, '--llm is missing'],
    [{ 'batch-out': 'x.jsonl' }, '--llm is missing'],
    [{ 'batch-in': '/nowhere.jsonl' }, '/nowhere.jsonl: no such file'],
    [{ live: true, llm: 'm', 'max-cost': '3' }, '--max-cost says nothing without prices'],
    [{ live: true, llm: 'm', concurrency: '0' }, '--concurrency 0 is out of range'],
    [{ live: true, llm: 'm', concurrency: '2.5' }, '--concurrency 2.5 is no whole number'],
    [{ live: true, llm: 'm', 'timeout-s': 'long' }, '--timeout-s long is out of range'],
  ])('refuses %j', (args, message) => {
    expect(() => llmOptions(args, {})).toThrow(message)
  })
})
