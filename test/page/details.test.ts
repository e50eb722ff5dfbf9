import { describe, expect, it } from 'vitest'
import { haveChromium, useSearchPage } from '../support/browser.ts'

describe.skipIf(!haveChromium)('the details of a playlist', () => {
  const { open, complaints } = useSearchPage()

  it('open over the results with all tracks and similar playlists; Escape closes and gives the focus back', async () => {
    const page = await open('/?q=90s+eurodance')
    const link = page.locator('section.community .card a').first()
    const id = await link.getAttribute('data-playlist')
    await link.focus()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: '90s eurodance' })
    await dialog.locator('.similar li').first().waitFor()
    expect(new URL(page.url()).searchParams.get('playlist')).toBe(id)
    expect(await dialog.locator('.tracklist li').count()).toBe(15)
    expect(
      await dialog
        .locator('.similar a')
        .evaluateAll((links) => links.map((a) => a.getAttribute('data-playlist'))),
    ).not.toContain(id)
    expect(await page.evaluate('document.activeElement.id')).toBe('details-title')

    await page.keyboard.press('Escape')
    await expect.poll(() => page.locator('dialog[open]').count()).toBe(0)
    expect(new URL(page.url()).search).toBe('?q=90s+eurodance')
    expect(await page.evaluate('document.activeElement.dataset.playlist')).toBe(id)
    expect(complaints).toEqual([])
  })

  it('walk to a similar playlist; Back returns to the one before, Close to the results', async () => {
    const page = await open('/?q=90s+eurodance')
    await page.locator('section.community .card a').first().click()
    const heading = page.locator('#details-title')
    await page.locator('.similar a').first().waitFor()
    const next = await page.locator('.similar .name').first().textContent()
    await page.locator('.similar a').first().click()
    await expect.poll(() => heading.textContent()).toBe(next)
    await page.goBack()
    await expect.poll(() => heading.textContent()).toBe('90s eurodance')
    await page.goForward()
    await expect.poll(() => heading.textContent()).toBe(next)
    await page.getByRole('button', { name: 'Close' }).click()
    await expect.poll(() => page.locator('dialog[open]').count()).toBe(0)
    expect(new URL(page.url()).search).toBe('?q=90s+eurodance')
    expect(await page.locator('section.community .card').count()).toBe(8)
  })

  it('open from a link and close to the page beneath', async () => {
    const page = await open('/?q=90s+eurodance')
    const href = (await page.locator('section.editorial .card a').first().getAttribute('href')) ?? ''
    const shared = await open(href)
    const dialog = shared.getByRole('dialog')
    await dialog.locator('.tracklist li').first().waitFor()
    await shared.keyboard.press('Escape')
    await expect.poll(() => shared.locator('dialog[open]').count()).toBe(0)
    expect(new URL(shared.url()).search).toBe('?q=90s+eurodance')
  })

  it('search for a facet', async () => {
    const page = await open('/?q=90s+eurodance')
    await page.locator('section.community .card a').first().click()
    await page.getByRole('dialog').getByRole('link', { name: 'dancing' }).click()
    await expect.poll(() => page.inputValue('#q')).toBe('dancing')
    await expect.poll(() => page.locator('dialog[open]').count()).toBe(0)
    expect(new URL(page.url()).search).toBe('?q=dancing')
    expect(await page.evaluate('document.activeElement.id')).toBe('q')
  })

  it('say that a playlist is gone', async () => {
    const page = await open('/?q=jazz&playlist=epl-gone')
    await page.getByRole('dialog', { name: 'This playlist is gone.' }).waitFor()
    await page.getByRole('button', { name: 'Close' }).click()
    await expect.poll(() => page.locator('dialog[open]').count()).toBe(0)
    expect(await page.evaluate('document.activeElement.id')).toBe('q')
  })
})
