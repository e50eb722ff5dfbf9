import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { configTable } from '../scripts/config-table.ts'
import { executionProviders, readConfig } from '../src/config.ts'

describe('readConfig', () => {
  it('has a default for everything', () => {
    expect(readConfig({})).toMatchObject({
      PORT: 3000,
      EXECUTION_PROVIDERS: 'cpu',
      EVENTS: 'off',
      LOG_QUERIES: false,
    })
  })

  it('reads numbers and flags, and takes an empty variable as not given', () => {
    expect(readConfig({ PORT: '8080', LOG_QUERIES: 'true', REDIS_TIMEOUT_MS: '' })).toMatchObject({
      PORT: 8080,
      LOG_QUERIES: true,
      REDIS_TIMEOUT_MS: 5,
    })
  })

  it.each([
    ['PORT', 'eighty'],
    ['PORT', '70000'],
    ['LOG_LEVEL', 'loud'],
    ['CACHE_TTL_SECONDS', '-1'],
    ['EVENTS', 'kafka'],
  ])('names the variable that is wrong: %s=%s', (name, value) => {
    expect(() => readConfig({ [name]: value })).toThrow(
      expect.objectContaining({ code: 'invalid_config', field: name }),
    )
  })

  it('asks for a salt when behaviour is logged', () => {
    expect(() => readConfig({ EVENTS: 'jsonl' })).toThrow(expect.objectContaining({ field: 'EVENTS_SALT' }))
    expect(readConfig({ EVENTS: 'jsonl', EVENTS_SALT: 'sixteen-characters' }).EVENTS).toBe('jsonl')
  })

  it('is the table in the README', () => {
    expect(readFileSync('README.md', 'utf8')).toContain(configTable())
  })
})

describe('executionProviders', () => {
  it('keeps the order and drops what is empty', () => {
    expect(executionProviders(readConfig({ EXECUTION_PROVIDERS: ' CUDA, cpu,' }))).toEqual(['cuda', 'cpu'])
  })
})
