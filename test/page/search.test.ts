import { describe, expect, it } from 'vitest'
import { haveChromium, titles, useSearchPage } from '../support/browser.ts'

describe.skipIf(!haveChromium)('the search page', () => {
  const { open, complaints, origin } = useSearchPage()

  it('searches while a listener types, and shows both shelves as the API ranks them', async () => {
    const page = await open()
    await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('q')
    await page.keyboard.type('90s eurodance', { delay: 20 })
    await page.locator('.card').first().waitFor()
    await expect
      .poll(() => page.locator('#summary').textContent())
      .toMatch(/^\d+ editorial and \d+ community playlists$/)
    await expect.poll(() => titles(page, 'community').then(([first]) => first)).toBe('90s eurodance')

    const answer = await ask({ q: '90s eurodance', group: 'kind', limit: 8 })
    for (const group of answer.groups) {
      expect(await titles(page, group.kind)).toEqual(group.hits.map((hit) => hit.title))
      expect(await page.locator(`section.${group.kind} > header`).textContent()).toContain(
        `${group.total} match`,
      )
    }
    expect(complaints).toEqual([])
  })

  it('says why a playlist matched, who described it, and how long each stage took', async () => {
    const page = await open(`/?q=${encodeURIComponent('bossa nova dinner')}`)
    const first = page.locator('section.community .card').first()
    const text = (await first.textContent()) ?? ''
    expect(text).toContain('bossa nova dinner')
    expect(text).toMatch(/Matched by its title\s· .*genre bossa nova.* meaning/)
    expect(text).toMatch(/Described by Segue’s curator/)
    expect(text).toMatch(/\d+ tracks\s· (Portuguese|English)/)
    expect(text).toMatch(/First tracks: .+ – .+, and \d+ more/)
    expect(text).toContain('score 1.00')
    expect(await first.locator('.chip.matched').allTextContents()).toContain('bossa nova')
    expect(await page.locator('section.editorial .card').first().textContent()).toContain(
      'Described by the editors',
    )

    const stages = await page.locator('.timing dt').allTextContents()
    expect(stages).toEqual(['cache', 'tokenize', 'embed', 'retrieve', 'rank', 'other'])
    for (const ms of await page.locator('.timing dd').allTextContents())
      expect(ms).toMatch(/^\d+(\.\d+)? ms$/)
    expect(await page.locator('#total').textContent()).toMatch(/^in [\d.]+ ms, cache miss$/)

    await page.reload()
    await expect.poll(() => page.locator('#total').textContent()).toMatch(/cache hit$/)
    expect(await page.locator('.timing dt').allTextContents()).not.toContain('embed')
  })

  it('keeps the query in the address, and Back goes through the searches that were looked at', async () => {
    const page = await open()
    const address = () => decodeURIComponent(new URL(page.url()).search.replaceAll('+', ' '))
    await page.fill('#q', 'calm piano')
    await page.keyboard.press('Enter')
    await expect.poll(address).toBe('?q=calm piano')
    await page.locator('.card').first().waitFor()
    const before = await titles(page, 'editorial')
    await page.fill('#q', 'dub reggae')
    await page.keyboard.press('Enter')
    await expect.poll(address).toBe('?q=dub reggae')
    await expect.poll(() => titles(page, 'editorial')).not.toEqual(before)

    await page.goBack()
    await expect.poll(() => page.inputValue('#q')).toBe('calm piano')
    await expect.poll(() => titles(page, 'editorial')).toEqual(before)
    await page.goBack()
    await page.locator('.first').waitFor()
    expect(await page.inputValue('#q')).toBe('')
    await page.goForward()
    await expect.poll(() => titles(page, 'editorial')).toEqual(before)

    const shared = await open(page.url().replace(origin(), ''))
    expect(await shared.inputValue('#q')).toBe('calm piano')
    expect(await titles(shared, 'editorial')).toEqual(before)
  })

  it('makes one step of the history of one burst of typing', async () => {
    const page = await open()
    const length = () => page.evaluate<number>('history.length')
    const start = await length()
    await page.locator('#q').pressSequentially('slow jazz for late nights', { delay: 60 })
    await expect.poll(() => new URL(page.url()).search).toBe('?q=slow+jazz+for+late+nights')
    expect(await length()).toBe(start + 1)
  })

  it('never lets a late answer replace a newer one', async () => {
    const page = await open()
    let late: Promise<void> | undefined
    await page.route('**/v1/search', (route) => {
      const { q } = route.request().postDataJSON() as { q: string }
      if (q !== 'techno') return route.continue()
      late = new Promise((done) => setTimeout(done, 1500)).then(() => route.continue()).catch(() => {})
      return late
    })
    await page.fill('#q', 'techno')
    await expect.poll(() => late !== undefined).toBe(true)
    await page.fill('#q', '90s eurodance')
    await expect.poll(() => titles(page, 'community').then(([first]) => first)).toBe('90s eurodance')
    await late
    await page.waitForTimeout(300)
    expect((await titles(page, 'community'))[0]).toBe('90s eurodance')
    expect(await page.locator('#results').getAttribute('aria-busy')).toBeNull()
  })

  it('shows more of one shelf, once each and in order, and goes on there', async () => {
    const page = await open('/?q=jazz')
    await page.getByRole('button', { name: 'Show more editorial playlists' }).click()
    await expect.poll(() => page.locator('section.editorial .card').count()).toBe(16)
    expect(await page.locator('section.community .card').count()).toBe(8)
    const expected = await ask({ q: 'jazz', kind: 'editorial', limit: 16 })
    const ids = await page
      .locator('section.editorial .card a')
      .evaluateAll((links) => links.map((link) => link.getAttribute('data-playlist')))
    expect(ids).toEqual(expected.hits.map((hit) => hit.id))
    expect(await page.evaluate('document.activeElement.dataset.playlist')).toBe(ids[8])
  })

  it('narrows to a decade, keeps that in the address, and forgets it with other words', async () => {
    const page = await open('/?q=city+pop+for+driving')
    await page.getByRole('button', { name: '1980s' }).click()
    await expect
      .poll(() => page.getByRole('button', { name: '1980s' }).getAttribute('aria-pressed'))
      .toBe('true')
    expect(new URL(page.url()).searchParams.getAll('era')).toEqual(['1980s'])
    const expected = await ask({ q: 'city pop for driving', group: 'kind', limit: 8, eras: ['1980s'] })
    for (const { kind, hits } of expected.groups) {
      await expect.poll(() => titles(page, kind)).toEqual(hits.map((hit) => hit.title))
    }
    await page.fill('#q', 'city pop')
    await expect.poll(() => new URL(page.url()).search).toBe('?q=city+pop')
  })

  it('starts from an example', async () => {
    const page = await open()
    await page.getByRole('link', { name: 'rainy sunday indie folk' }).click()
    await page.locator('.card').first().waitFor()
    expect(await page.inputValue('#q')).toBe('rainy sunday indie folk')
    expect(await page.title()).toBe('rainy sunday indie folk – Segue')
  })

  interface Group {
    readonly kind: 'editorial' | 'community'
    readonly total: number
    readonly hits: { id: string; title: string }[]
  }
  async function ask(body: object): Promise<Group & { groups: Group[] }> {
    const response = await fetch(`${origin()}/v1/search`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return (await response.json()) as Group & { groups: Group[] }
  }
})
