import { mkdir } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { chromium } from 'playwright-core'
import { readConfig } from '../src/config.ts'
import { openService } from '../src/service.ts'

/** The pictures of the search page in the README: `npx tsx scripts/screenshots.ts` takes them anew. */
const FOLDER = 'docs/screenshots'
const DESK = { width: 1280, height: 880 }
const SHOTS = [
  { file: 'search-light.png', q: 'rainy sunday indie folk', colorScheme: 'light', viewport: DESK },
  { file: 'search-dark.png', q: '90s eurodance', colorScheme: 'dark', viewport: DESK },
  {
    file: 'search-phone.png',
    q: 'bossa nova dinner',
    colorScheme: 'light',
    viewport: { width: 390, height: 844 },
  },
] as const

const service = await openService(readConfig({ ...process.env, LOG_LEVEL: 'warn' }))
await service.app.listen({ host: '127.0.0.1', port: 0 })
const { port } = service.app.server.address() as AddressInfo
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
})
try {
  // A service that has just started shows the compiler's times, not its own.
  for (let i = 0; i < 200; i += 1) {
    await service.app.inject(`/v1/search?q=${encodeURIComponent(`warm up ${i}`)}&group=kind&explain=true`)
  }
  await mkdir(FOLDER, { recursive: true })
  for (const { file, q, colorScheme, viewport } of SHOTS) {
    const page = await browser.newPage({ baseURL: `http://127.0.0.1:${port}`, colorScheme, viewport })
    await page.goto(`/?q=${encodeURIComponent(q)}`)
    await page.locator('.card').first().waitFor()
    await page.screenshot({ path: `${FOLDER}/${file}` })
    process.stdout.write(`${FOLDER}/${file} ${await page.locator('#total').textContent()}\n`)
  }
} finally {
  await browser.close()
  await service.close()
}
