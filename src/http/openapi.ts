import type { FastifyInstance } from 'fastify'
import { stringify } from 'yaml'

/** The OpenAPI 3.1 description of a ready app, as the file in the repository holds it. */
export function openapiYaml(app: FastifyInstance): string {
  return stringify(app.swagger(), { lineWidth: 110, aliasDuplicateObjects: false })
}
