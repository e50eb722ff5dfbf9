import closeWithGrace from 'close-with-grace'
import { type Config, readConfig } from './config.ts'
import { messageOf, SegueError } from './domain/errors.ts'
import type { Service } from './service.ts'
import { openLog } from './telemetry/log.ts'

/** The service: configuration, open and verify, warm up, listen; on a signal the reverse. */
async function main(): Promise<void> {
  const config = readConfig(process.env)
  const log = openLog(config.LOG_LEVEL)
  let service: Service | undefined
  // Before all that takes time: as the first process of a container, a program is deaf to signals it has no handler for.
  closeWithGrace({ delay: config.SHUTDOWN_TIMEOUT_MS, logger: false }, async ({ signal, err }) => {
    if (err) log.error({ err }, 'stopping after an error')
    else log.info({ signal }, 'stopping: answers in flight are finished')
    await service?.close()
  })
  log.info({ model: config.MODEL_DIR, index: config.INDEX_DIR }, 'opening')
  const { openService } = await import('./service.ts')
  service = await openService(config, log)
  const address = await listen(service, config)
  const readyMs = Math.round(process.uptime() * 1000)
  log.info({ readyMs, rssMb: Math.round(process.memoryUsage.rss() / 1_048_576) }, `search page: ${address}/`)
}

/** @throws SegueError `invalid_config` when the address is taken, or not this machine's */
async function listen({ app }: Service, { HOST: host, PORT: port }: Config): Promise<string> {
  try {
    return await app.listen({ host, port })
  } catch (cause) {
    throw new SegueError('invalid_config', messageOf(cause), {
      field: 'PORT',
      expected: 'a PORT that is free and a HOST of this machine',
      cause,
    })
  }
}

main().catch((error: unknown) => {
  if (!(error instanceof SegueError)) throw error
  const lines = [
    `Segue cannot start: ${error.message}`,
    ...(error.expected ? [`Expected: ${error.expected}`] : []),
  ]
  process.stderr.write(`${lines.join('\n')}\n`)
  process.exit(1)
})
