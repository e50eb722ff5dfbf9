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
    const items = [item('a', EVIL), item('b', 'B'), item('c', 'C'), item('d', 'D')]
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

      await page.locator('article#a').getByLabel('accept').check()
      await page.locator('article#b').getByLabel('genres').fill('jazz; bebop')
      await page.locator('article#c').getByLabel('reject').check()
      await page.getByLabel('Your name').fill('Ada')
      await page.reload()
      expect(await page.getByRole('status').textContent()).toBe('3 of 4 decided')
      expect(await page.locator('article#b').getByLabel('genres').inputValue()).toBe('jazz; bebop')

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
      expect(errors).toEqual([])
    } finally {
      await browser.close()
    }
  })
})
