import { readConfig } from '../../src/config.ts'
import { openService, type Service } from '../../src/service.ts'

/** The real service on the demo index, silent, with settings of the test's own. */
export function openTestService(env: Record<string, string> = {}): Promise<Service> {
  return openService(readConfig({ LOG_LEVEL: 'silent', EMBED_WORKERS: '1', ...env }))
}
