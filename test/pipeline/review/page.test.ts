import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import type { Curation } from '../../../src/domain/curation.ts'
import { reviewPage } from '../../../src/pipeline/review/page.ts'
import type { ReviewItem } from '../../../src/pipeline/review/select.ts'
import { readVerdicts } from '../../../src/pipeline/review/verdict.ts'
import { playlist, soundAnswer } from '../../support/curator.ts'
import { chromiumPath, requirement } from '../../support/requirements.ts'
import { temporaryFolder } from '../../support/temporary.ts'

const executablePath = chromiumPath()
const hasBrowser = requirement('a Chromium browser', executablePath !== undefined, 'apt-get install chromium')

const EVIL = '</script><script>document.title = "owned"</script><img src=x onerror="document.title=1">$&'

const item = (id: string, title: string): ReviewItem => ({
  playlist: playlist(id, { title }),
  curation: { ...(JSON.parse(soundAnswer(playlist(id))) as Curation), id },
  why: ['confidence 0.2'],
  risk: 1,
})

describe.skipIf(!hasBrowser)('the review page', () => {
  it('lets a person accept, edit and reject, keeps it over a reload, and hands out verdicts', async () => {
    const folder = await temporaryFolder()
    const path = join(folder, 'review.html')
    const setAside: ReviewItem = { ...item('e', 'E'), curation: null }
    const items = [item('a', EVIL), item('b', 'B'), item('c', 'C'), item('d', 'D'), setAside]
    await writeFile(path, await reviewPage(items, 'Review'))
    const browser = await chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox'] })
    try {
      const page = await browser.newPage()
      const errors: string[] = []
      page.on('pageerror', (error) => errors.push(String(error)))
      page.on('request', (request) => {
        if (request.url().startsWith('http')) errors.push(`asked for ${request.url()}`)
      })
      await page.goto(pathToFileURL(path).href)
      expect(await page.locator('h2').first().textContent()).toBe(EVIL)
      expect(await page.title()).toBe('Review of curated playlists')

      const card = (id: string) => page.locator(`article#${id}`)
      const accept = (id: string) => card(id).getByLabel('Accept', { exact: true })
      await accept('a').check()
      await card('b').getByLabel('Genres').fill('jazz; bebop')
      await card('c').getByLabel('Reject').check()
      await page.getByLabel('Your name').fill('Ada')

      // A change that stands on the page cannot be dropped by a verdict, only by undoing it.
      expect(await accept('b').isDisabled()).toBe(true)
      await card('d').getByLabel('Description').fill('Mended in vain.')
      expect(await card('d').getByLabel('Accept with changes').isChecked()).toBe(true)
      await card('d').getByRole('button', { name: 'Undo changes' }).click()
      expect(await accept('d').isEnabled()).toBe(true)
      expect(await card('d').getByLabel('Description').inputValue()).toBe(items[3]?.curation?.description)
      // Where validation left nothing to show there is nothing to accept either.
      expect(await accept('e').isDisabled()).toBe(true)

      await page.reload()
      expect(await page.getByRole('status').textContent()).toBe('3 of 5 decided')
      expect(await card('b').getByLabel('Genres').inputValue()).toBe('jazz; bebop')
      await page.getByRole('button', { name: 'Next undecided' }).click()
      expect(await page.locator(':focus').getAttribute('id')).toBe('d')

      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'Download verdicts' }).click(),
      ])
      const saved = join(folder, 'verdicts.jsonl')
      await download.saveAs(saved)
      const verdicts = await readVerdicts([saved])
      expect([...verdicts.values()].map(({ id, verdict, by }) => [id, verdict, by])).toEqual([
        ['a', 'accept', 'Ada'],
        ['b', 'edit', 'Ada'],
        ['c', 'reject', 'Ada'],
      ])
      expect(verdicts.get('b')?.curation).toEqual({ ...items[1]?.curation, genres: ['jazz', 'bebop'] })
      // The same playlists with other answers are another review.
      const others = items.map((each) => ({ ...each, why: ['asked again'] }))
      await writeFile(path, await reviewPage(others, 'Review'))
      await page.reload()
      expect(await page.getByRole('status').textContent()).toBe('0 of 5 decided')
      expect(errors).toEqual([])
    } finally {
      await browser.close()
    }
  })
})
