import type { AddressInfo } from 'node:net'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll } from 'vitest'
import type { Service } from '../../src/service.ts'
import { chromiumPath, requirement } from './requirements.ts'
import { openTestService } from './service.ts'

/** False, with a line that says so, where tests in a real browser have to be skipped. */
export const haveChromium = requirement(
  'chromium',
  chromiumPath() !== undefined,
  'apt-get install chromium, or name one in CHROMIUM_PATH',
)

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export interface SearchPage {
  /** Opens the page in a fresh context; a path like `/?q=jazz`. */
  open(path?: string, options?: BrowserContextOptions): Promise<Page>
  /** What the page asked for beyond its own service, and what the browser complained about. */
  readonly complaints: string[]
  /** Stops the service that the pages talk to. */
  stopService(): Promise<void>
  /** Starts it again on the same port. */
  startService(): Promise<void>
  readonly origin: () => string
}

/**
 * The search page in Debian's Chromium, served by the real service on the index that `env` names; all of it is opened
 * before the tests of a file and closed after them.
 */
export function useSearchPage(env: () => Promise<Record<string, string>> = async () => ({})): SearchPage {
  let browser: Browser
  let service: Service | undefined
  let settings: Record<string, string> = {}
  let port = 0
  const complaints: string[] = []
  const origin = () => `http://127.0.0.1:${port}`

  async function startService(): Promise<void> {
    service = await openTestService(settings)
    await service.app.listen({ host: '127.0.0.1', port })
    port = (service.app.server.address() as AddressInfo).port
  }
  async function stopService(): Promise<void> {
    await service?.close()
    service = undefined
  }

  beforeAll(async () => {
    settings = await env()
    await startService()
    const executablePath = chromiumPath()
    browser = await chromium.launch({ args: ARGUMENTS, ...(executablePath ? { executablePath } : {}) })
  })
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close()
    complaints.length = 0
  })
  afterAll(async () => {
    await browser?.close()
    await stopService()
  })

  async function open(path = '/', options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({ baseURL: origin(), ...options })
    const page = await context.newPage()
    page.setDefaultTimeout(10_000)
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text())
    })
    page.on('request', (request) => {
      if (!request.url().startsWith(origin())) complaints.push(`asked for ${request.url()}`)
    })
    await page.goto(path)
    await page.locator('.card, .state, .first').first().waitFor()
    return page
  }

  return { open, complaints, stopService, startService, origin }
}

/** The titles of one shelf, in order. */
export const titles = (page: Page, kind: 'editorial' | 'community'): Promise<string[]> =>
  page.locator(`section.${kind} .card h3`).allTextContents()
