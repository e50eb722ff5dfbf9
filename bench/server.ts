import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'

export interface Server {
  readonly origin: string
  /** Milliseconds from the start of the process until it listened, warm. */
  readonly readyMs: number
  close(): Promise<void>
}

/** Starts the built service as its users do, in a process of its own; or another that says `readyMs` as it does. */
export async function startServer(
  env: Record<string, string> = {},
  program = ['dist/main.js'],
): Promise<Server> {
  const port = await freePort()
  const child = spawn(process.execPath, program, {
    env: { ...process.env, PORT: String(port), HOST: '127.0.0.1', LOG_LEVEL: 'info', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const readyMs = await ready(child)
  return {
    origin: `http://127.0.0.1:${port}`,
    readyMs,
    async close() {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await ended
    },
  }
}

function ready(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the service ended with code ${code} before it was ready`)))
    if (!child.stdout) return reject(new Error('the service has no output to read'))
    createInterface({ input: child.stdout }).on('line', (line) => {
      const readyMs = line.includes('"readyMs"') && (JSON.parse(line) as { readyMs: number }).readyMs
      if (readyMs) resolve(readyMs)
    })
  })
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
}
