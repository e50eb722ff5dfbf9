import { writeFileSync } from 'node:fs'
import { readConfig } from '../src/config.ts'
import { openapiYaml } from '../src/http/openapi.ts'
import { openService } from '../src/service.ts'

// Writes openapi.yaml from the schemas of the routes that serve.
const { app, close } = await openService(readConfig({ LOG_LEVEL: 'silent', EMBED_WORKERS: '1' }))
await app.ready()
writeFileSync('openapi.yaml', openapiYaml(app))
await close()
