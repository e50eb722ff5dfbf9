import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { afterEach, describe, expect, it } from 'vitest'

const children: ChildProcess[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

interface Started {
  readonly child: ChildProcess
  readonly lines: string[]
  readonly stderr: () => string
  readonly ended: Promise<number | null>
}

function start(env: Record<string, string>): Started {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
    env: { PATH: process.env.PATH, PORT: '0', EMBED_WORKERS: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  const lines: string[] = []
  let stderr = ''
  if (child.stdout) createInterface({ input: child.stdout }).on('line', (line) => lines.push(line))
  child.stderr?.on('data', (data) => {
    stderr += String(data)
  })
  return { child, lines, stderr: () => stderr, ended: new Promise((resolve) => child.once('exit', resolve)) }
}

async function origin({ lines, stderr }: Started): Promise<string> {
  for (let tries = 0; tries < 600; tries++) {
    const ready = lines.find((line) => line.includes('readyMs'))
    const address = ready && /http:\/\/[\d.]+:\d+/.exec(ready)?.[0]
    if (address) return address
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`the service did not start: ${stderr()}`)
}

describe('the process', () => {
  it('finishes what is in flight when it is told to stop', async () => {
    const started = start({})
    const address = await origin(started)
    const queries = Array.from({ length: 60 }, (_, i) => ({ q: `a mix for the number ${i}` }))
    const answer = fetch(`${address}/v1/search/batch`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ queries }),
    })
    // Told to stop as soon as the first searches of the batch are logged, that is while it is in flight.
    while (!started.lines.some((line) => line.includes('"search"'))) {
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    started.child.kill('SIGTERM')
    const { results } = (await (await answer).json()) as { results: { total?: number }[] }
    expect(results.filter((result) => result.total !== undefined)).toHaveLength(60)
    expect(await started.ended).toBe(0)
  })

  it('stops when it is told to while it still opens', async () => {
    const started = start({})
    while (!started.lines.some((line) => line.includes('"opening"'))) {
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    started.child.kill('SIGTERM')
    expect(await started.ended).toBe(0)
    expect(started.lines.join()).not.toContain('readyMs')
  })

  it('says that its port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    const started = start({ PORT: String(port) })
    expect(await started.ended).toBe(1)
    other.close()
    expect(started.stderr()).toMatch(/^Segue cannot start: .*EADDRINUSE.*\nExpected: a PORT that is free/)
    expect(started.stderr()).not.toMatch(/\n\s+at /)
  })

  it('keeps what listeners type out of its log unless told otherwise', async () => {
    for (const allowed of [false, true]) {
      const started = start({ LOG_QUERIES: String(allowed), LOG_LEVEL: 'trace' })
      const address = await origin(started)
      await fetch(`${address}/v1/search?q=zanzibar%20taarab`)
      started.child.kill('SIGTERM')
      await started.ended
      expect(started.lines.some((line) => /zanzibar/.test(line))).toBe(allowed)
      expect(started.lines.some((line) => line.includes('"searchId"'))).toBe(true)
    }
  })

  it.each([
    [{ PORT: 'eighty' }, /PORT/],
    [{ INDEX_DIR: 'models/all-minilm-l6-v2' }, /index/],
    [{ MODEL_DIR: 'index-data/demo' }, /model/],
    [{ INDEX_DIR: 'nowhere' }, /nowhere/],
    [{ EXECUTION_PROVIDERS: 'cuda', STRICT_PROVIDERS: 'true' }, /cuda/i],
    [{ EXECUTION_PROVIDERS: 'quantum' }, /quantum/],
  ])('refuses to start with %o, in one clear sentence', async (env, said) => {
    const started = start(env)
    expect(await started.ended).toBe(1)
    expect(started.stderr()).toMatch(said)
    expect(started.stderr()).toMatch(/^Segue cannot start: /m)
    expect(started.stderr()).not.toMatch(/\n\s+at /)
  })
})
