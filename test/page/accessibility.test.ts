import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { haveChromium, useSearchPage } from '../support/browser.ts'
import { LOW_CONTRAST, SMALL_TARGETS } from './measures.ts'

const PHONE = { viewport: { width: 320, height: 640 }, isMobile: true, hasTouch: true }

/** Each state of the page, and how to come there. */
const STATES: Record<string, (page: Page) => Promise<unknown>> = {
  'first visit': (page) => page.goto('/'),
  results: async (page) => {
    await page.goto('/?q=city+pop+for+driving&era=1980s')
    await page.locator('.card').first().waitFor()
  },
  details: async (page) => {
    await page.goto('/?q=90s+eurodance')
    await page.locator('.community .card a').first().click()
    await page.locator('.similar li').first().waitFor()
  },
  'no result': async (page) => {
    await page.goto('/?q=xqzwv kjhgf')
    await page.locator('.state').waitFor()
  },
  error: async (page) => {
    await page.goto(`/?q=${'a'.repeat(501)}`)
    await page.locator('.failed').waitFor()
  },
  degraded: async (page) => {
    await page.route('**/v1/search', async (route) => {
      const response = await route.fetch()
      await route.fulfill({ response, json: { ...(await response.json()), degraded: ['dense'] } })
    })
    await page.goto('/?q=jazz')
    await page.locator('.notice').waitFor()
  },
}

describe.skipIf(!haveChromium)('the search page for everyone', () => {
  const { open, complaints } = useSearchPage()

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`has no accessibility violation and enough contrast in ${colorScheme}`, async () => {
      const page = await open('/', { colorScheme, reducedMotion: 'reduce' })
      for (const [state, reach] of Object.entries(STATES)) {
        await reach(page)
        // Through the debugger: the page's own policy would refuse a foreign script.
        await page.evaluate(axe.source)
        const { violations } = await page.evaluate<axe.AxeResults>(
          'axe.run(document, { resultTypes: ["violations"] })',
        )
        expect(violations.map(({ id, nodes }) => [state, id, nodes.map((node) => node.html)])).toEqual([])
        expect(await page.evaluate(LOW_CONTRAST), state).toEqual([])
        await page.unrouteAll()
      }
      expect(complaints.filter((text) => !text.includes('400'))).toEqual([])
    })
  }

  it('fits a phone: nothing wider than 320 pixels, nothing to touch smaller than 44', async () => {
    const page = await open('/', PHONE)
    for (const [state, reach] of Object.entries(STATES)) {
      await reach(page)
      expect(await page.evaluate('document.documentElement.scrollWidth'), state).toBe(320)
      expect(await page.evaluate(SMALL_TARGETS), state).toEqual([])
      await page.unrouteAll()
    }
  })

  it('can be walked with the keyboard alone', async () => {
    const page = await open('/?q=90s+eurodance')
    const at = () =>
      page.evaluate<string | null>('document.activeElement.dataset.playlist ?? document.activeElement.id')
    const ids = (kind: string) =>
      page
        .locator(`section.${kind} .card a`)
        .evaluateAll((links) => links.map((a) => a.getAttribute('data-playlist')))
    const [editorial, community] = [await ids('editorial'), await ids('community')]
    expect(await at()).toBe('q')
    const press = async (keys: string) => {
      for (const key of keys.split(' ')) await page.keyboard.press(key)
      return at()
    }
    expect(await press('ArrowDown')).toBe(editorial[0])
    expect(await press('ArrowDown ArrowDown')).toBe(editorial[2])
    expect(await press('ArrowRight')).toBe(community[2])
    expect(await press('ArrowUp')).toBe(community[1])
    expect(await press('Tab')).toBe(community[2])
    expect(await press('ArrowLeft')).toBe(editorial[2])
    expect(await press('ArrowUp ArrowUp ArrowUp')).toBe('q')
    expect(await press('ArrowDown Enter')).not.toBe('q')
    await page.locator('.similar li').first().waitFor()
    expect(await press('/')).not.toBe('q')
    await press('Escape')
    await expect.poll(at).toBe(editorial[0])
    expect(await press('/')).toBe('q')
    expect(await page.evaluate('getSelection().toString()')).toBe('90s eurodance')
    expect(await press('/')).toBe('q')
    expect(await page.inputValue('#q')).toBe('/')
  })

  it('keeps a focused card clear of the search field that stays above', async () => {
    const page = await open('/?q=jazz')
    await page.keyboard.press('ArrowDown')
    for (let i = 0; i < 6; i += 1) await page.keyboard.press('ArrowDown')
    for (let i = 0; i < 4; i += 1) await page.keyboard.press('ArrowUp')
    const top = await page.evaluate<number>(
      'document.activeElement.closest(".card").getBoundingClientRect().top',
    )
    const field = await page.evaluate<number>('document.querySelector(".bar").getBoundingClientRect().bottom')
    expect(top).toBeGreaterThanOrEqual(field)
  })

  it('tells a screen reader what was found, by landmark, heading and list', async () => {
    const page = await open('/?q=bossa+nova+dinner')
    expect(await page.getByRole('status').first().textContent()).toMatch(
      /^\d+ editorial and \d+ community playlists$/,
    )
    await page.getByRole('search').getByRole('searchbox', { name: 'Search playlists' }).waitFor()
    const main = page.getByRole('main')
    for (const name of ['Editorial', 'Community']) {
      expect(
        await main
          .getByRole('region', { name })
          .getByRole('list', { name })
          .getByRole('heading', { level: 3 })
          .count(),
      ).toBe(8)
    }
    await page.getByRole('figure', { name: 'How long the answer took' }).waitFor()
  })

  it('moves nothing for those who ask for that', async () => {
    for (const [reducedMotion, animation] of [
      ['reduce', 'none'],
      ['no-preference', 'breathe'],
    ] as const) {
      const page = await open('/', { reducedMotion })
      await page.route('**/v1/search', () => {})
      await page.fill('#q', 'jazz')
      await page.locator('.shelves.waiting').waitFor()
      expect(
        await page.evaluate('getComputedStyle(document.querySelector(".bone.title")).animationName'),
      ).toBe(animation)
    }
  })

  it('shows the language of a title where its script tells it', async () => {
    const page = await open(`/?q=${encodeURIComponent('下北沢の夜')}`)
    const title = page.getByRole('heading', { name: '下北沢の夜' })
    expect(await title.getAttribute('lang')).toBe('ja')
    expect(await title.getAttribute('dir')).toBe('auto')
    const arabic = await open(`/?q=${encodeURIComponent('عربي راب')}`)
    expect(await arabic.evaluate('getComputedStyle(document.querySelector(".community h3")).direction')).toBe(
      'rtl',
    )
  })
})
