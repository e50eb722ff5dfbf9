import closeWithGrace from 'close-with-grace'
import { readConfig } from './config.ts'
import { SegueError } from './domain/errors.ts'
import { openService } from './service.ts'

/** The service: configuration, open and verify, warm up, listen; on a signal the reverse. */
async function main(): Promise<void> {
  const config = readConfig(process.env)
  const { app, close } = await openService(config)
  closeWithGrace({ delay: config.SHUTDOWN_TIMEOUT_MS, logger: false }, async ({ signal, err }) => {
    if (err) app.log.error({ err }, 'stopping after an error')
    else app.log.info({ signal }, 'stopping: answers in flight are finished')
    await close()
  })
  const address = await app.listen({ host: config.HOST, port: config.PORT })
  const readyMs = Math.round(process.uptime() * 1000)
  app.log.info(
    { readyMs, rssMb: Math.round(process.memoryUsage.rss() / 1_048_576) },
    `search page: ${address}/`,
  )
}

main().catch((error: unknown) => {
  if (!(error instanceof SegueError)) throw error
  const lines = [
    `Segue cannot start: ${error.message}`,
    ...(error.expected ? [`Expected: ${error.expected}`] : []),
  ]
  process.stderr.write(`${lines.join('\n')}\n`)
  process.exitCode = 1
})
