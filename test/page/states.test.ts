import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { haveChromium, titles, useSearchPage } from '../support/browser.ts'

describe.skipIf(!haveChromium)('the states of the search page', () => {
  const { open, complaints, stopService, startService } = useSearchPage(async () => ({
    BODY_LIMIT_BYTES: '65536',
  }))

  it('says that nothing matches, with advice and a way on', async () => {
    const page = await open('/?q=xqzwv kjhgf')
    await page.getByRole('heading', { name: 'No playlist answers that.' }).waitFor()
    expect(await page.locator('#summary').textContent()).toBe('No playlists')
    expect(await page.locator('.advice li').count()).toBeGreaterThan(1)
    await page.getByRole('link', { name: '90s eurodance' }).click()
    await expect.poll(() => page.locator('.card').count()).toBe(16)
  })

  it('offers to drop the filters that left nothing over', async () => {
    const page = await open('/?q=90s+eurodance&language=la')
    await page.getByRole('button', { name: 'Search without filters' }).click()
    await expect.poll(() => titles(page, 'community').then(([first]) => first)).toBe('90s eurodance')
    expect(new URL(page.url()).search).toBe('?q=90s+eurodance')
  })

  it('says how long a query may be, however long it is', async () => {
    const page = await open()
    for (const length of [501, 20_000, 100_000]) {
      await page.fill('#q', 'a'.repeat(length))
      await page.getByRole('heading', { name: 'That is too long to search for.' }).waitFor()
      if (length < 65_536)
        await expect.poll(() => page.locator('.failed').textContent()).toContain(`${length} characters`)
      await page.fill('#q', '')
      await page.locator('.first').waitFor()
    }
  })

  it('says what is wrong with text that cannot be read', async () => {
    const page = await open(`/?q=${encodeURIComponent('a\u0007b')}`)
    await page.getByRole('heading', { name: 'That text cannot be read.' }).waitFor()
    expect(await page.locator('.failed').textContent()).toContain('without control characters')
  })

  it('says that the service is away, and searches again when it is back and asked to', async () => {
    const page = await open('/?q=90s+eurodance')
    await stopService()
    await page.fill('#q', 'calm piano')
    const alert = page.getByRole('alert')
    await alert.waitFor()
    expect(await alert.textContent()).toContain('Segue cannot be reached.')
    await page.getByRole('button', { name: 'Try again' }).click()
    await expect.poll(() => alert.textContent()).toContain('Segue cannot be reached.')
    await startService()
    await page.getByRole('button', { name: 'Try again' }).click()
    await expect.poll(() => page.locator('.card').count()).toBe(16)
    expect(await page.locator('#summary').textContent()).toMatch(/editorial/)
  })

  it('says that the device is offline, and searches by itself when it is back', async () => {
    const page = await open()
    await page.context().setOffline(true)
    await page.fill('#q', 'calm piano')
    await page.getByRole('heading', { name: 'You are offline.' }).waitFor()
    await page.context().setOffline(false)
    await expect.poll(() => page.locator('.card').count()).toBe(16)
  })

  it('shows a problem of the service in its own words, with the request to ask about', async () => {
    const page = await open()
    await page.route('**/v1/search', (route) =>
      route.fulfill({
        status: 503,
        contentType: 'application/problem+json',
        json: { code: 'overloaded', status: 503, detail: 'The queue is full', requestId: 'req-7' },
      }),
    )
    await page.fill('#q', 'calm piano')
    await page.getByRole('heading', { name: 'Segue is very busy.' }).waitFor()
    expect(await page.locator('.failed').textContent()).toMatch(/The queue is full\..*Request req-7/)
    await page.unroute('**/v1/search')
    await page.keyboard.press('Enter')
    await expect.poll(() => page.locator('.card').count()).toBe(16)
  })

  it('stands when something in between answers with its own page', async () => {
    const page = await open()
    await page.route('**/v1/search', (route) =>
      route.fulfill({ status: 502, contentType: 'text/html', body: '<h1>Bad Gateway</h1>' }),
    )
    await page.fill('#q', 'calm piano')
    await expect.poll(() => page.locator('.failed').textContent()).toContain('status 502')
  })

  it('says that an answer was matched by words only', async () => {
    const page = await open()
    // The service's own answer, with the mark that it bears while no embedding worker is up.
    await page.route('**/v1/search', async (route) => {
      const response = await route.fetch()
      await route.fulfill({ response, json: { ...(await response.json()), degraded: ['dense'] } })
    })
    await page.fill('#q', 'calm piano')
    await expect
      .poll(() => page.locator('.notice').textContent())
      .toContain('Matched by words only: the model did not answer')
    expect(await page.locator('.card').count()).toBe(16)
  })

  it.each([
    ['a desk', { width: 1280, height: 800 }],
    ['a phone', { width: 390, height: 800 }],
  ])('shows on %s where the shelves will be while a first answer is slow', async (_where, viewport) => {
    const page = await open('/', { viewport })
    const answer = await holdAnswers(page)
    await page.fill('#q', '90s eurodance')
    await page.locator('.shelves.waiting').waitFor()
    const top = () =>
      page
        .locator('.shelf > header')
        .first()
        .evaluate((header) => header.getBoundingClientRect().top)
    const waiting = await top()
    expect(await page.locator('#results').getAttribute('aria-busy')).toBe('true')
    answer()
    await page.locator('.shelf .card a').first().waitFor()
    expect(Math.abs((await top()) - waiting)).toBeLessThanOrEqual(2)
  })

  it('keeps the shelves that it has while the next answer is slow', async () => {
    const page = await open('/?q=90s+eurodance')
    const answer = await holdAnswers(page)
    await page.fill('#q', 'calm piano')
    await page.locator('body.searching').waitFor()
    expect((await titles(page, 'community'))[0]).toBe('90s eurodance')
    answer()
    await expect.poll(() => titles(page, 'community').then(([first]) => first)).not.toBe('90s eurodance')
    expect(await page.locator('body.searching').count()).toBe(0)
    expect(complaints).toEqual([])
  })

  /** Holds searches back until the function that it returns is called. */
  async function holdAnswers(page: Page): Promise<() => void> {
    const held: (() => void)[] = []
    await page.route('**/v1/search', async (route) => {
      await new Promise<void>((resolve) => held.push(resolve))
      await route.continue()
    })
    return () => {
      for (const release of held.splice(0)) release()
    }
  }
})
