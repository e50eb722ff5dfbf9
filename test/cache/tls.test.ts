import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort, haveRedisServer, type RedisServer, startRedis } from '../support/redis-server.ts'
import { requirement } from '../support/requirements.ts'

const haveOpenssl = (() => {
  try {
    execFileSync('openssl', ['version'])
    return true
  } catch {
    return false
  }
})()
requirement('openssl', haveOpenssl, 'apt-get install openssl')

// Run in a process of its own: Node reads NODE_EXTRA_CA_CERTS once, when it starts.
const SET_AND_GET = `
import { openCache } from './src/cache/open.ts'
const cache = await openCache({ redisUrl: process.argv[1], ttlSeconds: 60, ttlJitter: 0, memoryEntries: 0,
  memoryBytes: 0, redisTimeoutMs: 1000 })
const end = Date.now() + 3000
let value
while (value === undefined && Date.now() < end) {
  cache.set('k', 'over TLS')
  value = await cache.get('k', (text) => text)
  await new Promise((resolve) => setTimeout(resolve, 20))
}
console.log(JSON.stringify({ value: value ?? null, reason: cache.status().redisReason ?? null }))
await cache.close()
`

describe.skipIf(!haveRedisServer || !haveOpenssl)('the cache over rediss://', () => {
  const folder = mkdtempSync(join(tmpdir(), 'segue-tls-'))
  const certificate = join(folder, 'cert.pem')
  let redis: RedisServer
  let url: string

  beforeAll(async () => {
    const key = join(folder, 'key.pem')
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1']
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
    execFileSync('openssl', ['req', '-x509', ...curve, '-keyout', key, '-out', certificate, ...subject], {
      stdio: 'ignore',
    })
    const tlsPort = await freePort()
    redis = await startRedis({
      password: 'p@ss/word',
      args: ['--tls-port', String(tlsPort), '--tls-cert-file', certificate, '--tls-key-file', key].concat([
        '--tls-ca-cert-file',
        certificate,
        '--tls-auth-clients',
        'no',
      ]),
    })
    url = `rediss://:${encodeURIComponent('p@ss/word')}@127.0.0.1:${tlsPort}`
  })
  afterAll(async () => {
    await redis?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  async function run(env: NodeJS.ProcessEnv): Promise<{ value: string | null; reason: string | null }> {
    const args = ['--import', 'tsx', '--input-type=module', '-e', SET_AND_GET, url]
    const { stdout } = await promisify(execFile)(process.execPath, args, { env: { ...process.env, ...env } })
    return JSON.parse(stdout) as { value: string | null; reason: string | null }
  }

  it('stores and reads with a password, through a certificate that Node trusts', async () => {
    expect(await run({ NODE_EXTRA_CA_CERTS: certificate })).toEqual({ value: 'over TLS', reason: null })
  })

  it('does not talk to a server whose certificate it cannot trust', async () => {
    const { value, reason } = await run({})
    expect(value).toBeNull()
    expect(reason).toMatch(/self.signed certificate/)
  })
})
