import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { Ajv2020 } from 'ajv/dist/2020.js'
import openapiTS, { astToString } from 'openapi-typescript'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { openapiYaml } from '../../src/http/openapi.ts'
import type { Service } from '../../src/service.ts'
import { openTestService } from '../support/service.ts'

interface Operation {
  readonly operationId?: string
  readonly summary?: string
}
interface Document {
  readonly openapi: string
  readonly paths: Record<string, Record<string, Operation>>
  readonly components: { readonly schemas: Record<string, object> }
}

let service: Service
let origin: string
beforeAll(async () => {
  service = await openTestService()
  origin = await service.app.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(() => service.close())

const committed = async () => parse(await readFile('openapi.yaml', 'utf8')) as Document

describe('openapi.yaml', () => {
  it('is what the routes say (npm run openapi writes it)', async () => {
    expect(await readFile('openapi.yaml', 'utf8')).toBe(openapiYaml(service.app))
  })

  it('is 3.1 with an operationId and a summary for each operation', async () => {
    const { openapi, paths } = await committed()
    expect(openapi).toBe('3.1.0')
    const operations = Object.values(paths).flatMap((path) => Object.values(path))
    expect(operations.length).toBeGreaterThanOrEqual(10)
    for (const operation of operations)
      expect(operation).toMatchObject({ operationId: expect.any(String), summary: expect.any(String) })
    expect(new Set(operations.map((operation) => operation.operationId)).size).toBe(operations.length)
  })

  it('describes what a search really answers', async () => {
    const { components } = await committed()
    const ajv = new Ajv2020({ strict: false, allErrors: true })
    ajv.addSchema({ $id: 'openapi', components })
    const validate = ajv.compile({ $ref: 'openapi#/components/schemas/SearchAnswer' })
    for (const query of ['q=jazz&explain=true', 'q=jazz&group=kind&limit=3']) {
      const answer = await (await fetch(`${origin}/v1/search?${query}`)).json()
      expect(validate(answer), JSON.stringify(validate.errors)).toBe(true)
    }
  })

  it('makes a TypeScript client that compiles and works', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'segue-client-'))
    const run = async (program: string, ...args: string[]) =>
      (await promisify(execFile)(resolve('node_modules/.bin', program), args, { cwd: folder })).stdout
    try {
      await symlink(resolve('node_modules'), join(folder, 'node_modules'))
      await writeFile(join(folder, 'package.json'), '{"type":"module"}')
      await writeFile(
        join(folder, 'api.ts'),
        astToString(await openapiTS(await readFile('openapi.yaml', 'utf8'))),
      )
      await writeFile(join(folder, 'use.ts'), CLIENT)
      await run('tsc', ...TSC_OPTIONS, 'use.ts')
      expect(JSON.parse(await run('tsx', 'use.ts', origin))).toEqual({
        hits: 2,
        batch: 2,
        title: 'Brill Building Afternoons',
        code: 'query_empty',
      })
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})

const TSC_OPTIONS = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2022']
TSC_OPTIONS.push('--lib', 'es2023,dom', '--types', 'node', '--allowImportingTsExtensions')

/** A caller's program: it compiles only while the description has these operations, fields and codes. */
const CLIENT = `
import createClient from 'openapi-fetch'
import type { components, paths } from './api.ts'

const client = createClient<paths>({ baseUrl: process.argv[2] ?? '' })
const { data } = await client.GET('/v1/search', { params: { query: { q: 'techno', limit: 2, kind: 'editorial' } } })
const hits: components['schemas']['Hit'][] = data?.hits ?? []
const { error } = await client.GET('/v1/search', { params: { query: { q: ' ' } } })
const code: string | undefined = error?.code
const batch = await client.POST('/v1/search/batch', { body: { queries: [{ q: 'jazz', eras: ['1990s'] }, { q: 'rock' }] } })
const one = await client.GET('/v1/playlists/{id}', { params: { path: { id: 'epl-089a80d733' } } })
const title: string | undefined = one.data?.title
// @ts-expect-error a kind that does not exist
void (() => client.GET('/v1/search', { params: { query: { q: 'techno', kind: 'mixtape' } } }))
process.stdout.write(JSON.stringify({ hits: hits.length, batch: batch.data?.results.length, title, code }))
`
