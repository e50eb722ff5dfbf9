import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { haveChromium, useSearchPage } from '../support/browser.ts'
import { DEMO_MODEL } from '../support/demo.ts'

const MARKUP = '<img src=x onerror="document.title=1"><script>document.title=2</script>'
const LINK = 'javascript:document.title=3'
const CATALOGUE = [
  {
    id: 'epl-1',
    kind: 'editorial',
    title: `jazz ${MARKUP}`,
    description: `jazz ${MARKUP}`,
    owner: MARKUP,
    language: 'en',
    followers: 3,
    tracks: [{ title: MARKUP, artists: [MARKUP, LINK], year: 1999 }],
  },
  {
    id: 'cpl-1',
    kind: 'community',
    title: `jazz ${'wide'.repeat(70)}`,
    tracks: [{ title: LINK, artists: [] }],
  },
  { id: 'cpl-2', kind: 'community', title: 'jazz \u202Eright to left', tracks: [] },
]
const CURATION = [
  {
    id: 'cpl-1',
    description: `jazz ${MARKUP}`,
    themes: [MARKUP],
    genres: ['jazz', MARKUP],
    moods: [LINK],
    activities: ['x'.repeat(120)],
    eras: ['1950s'],
    artists: [],
    title_informative: true,
    confidence: 0.5,
  },
]

describe.skipIf(!haveChromium)('text from a hostile catalogue', () => {
  let folder = ''
  const { open, complaints } = useSearchPage(async () => {
    folder = await mkdtemp(join(tmpdir(), 'segue-page-'))
    const lines = (rows: object[]) => `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`
    await writeFile(join(folder, 'catalogue.jsonl'), lines(CATALOGUE))
    await writeFile(join(folder, 'curation.jsonl'), lines(CURATION))
    const build = ['--import', 'tsx', 'src/cli.ts', 'index', 'build', '--workers', '1']
    const files = [
      '--catalogue',
      join(folder, 'catalogue.jsonl'),
      '--curation',
      join(folder, 'curation.jsonl'),
    ]
    const out = ['--model', DEMO_MODEL, '--out', join(folder, 'index')]
    await promisify(execFile)(process.execPath, [...build, ...files, ...out])
    return { INDEX_DIR: join(folder, 'index'), MIN_SCORE: '0' }
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('is shown as it stands, never read as markup', async () => {
    const page = await open('/?q=jazz')
    expect(await page.locator('.editorial .card h3').textContent()).toBe(`jazz ${MARKUP}`)
    await page.locator('.editorial .card a').click()
    await page.locator('.similar li').first().waitFor()
    expect(await page.locator('dialog .tracklist').textContent()).toContain(MARKUP)
    await page.goto('/?q=jazz&playlist=cpl-1')
    await page.locator('.facet-list').waitFor()
    expect(await page.locator('.facet-list').textContent()).toContain(MARKUP)
    expect(await page.locator('img:not(.wordmark img), #content script, dialog script').count()).toBe(0)
    const hrefs = await page
      .locator('a')
      .evaluateAll((links) => links.map((link) => link.getAttribute('href')))
    expect(hrefs.filter((href) => !href?.startsWith('/') && href !== '#results')).toEqual([])
    expect(await page.title()).toBe('jazz – Segue')
    expect(complaints).toEqual([])
  })

  it('is shown as it stands when it is the query', async () => {
    const page = await open(`/?q=${encodeURIComponent(MARKUP)}&language=la`)
    expect(await page.inputValue('#q')).toBe(MARKUP)
    expect(await page.title()).toBe(`${MARKUP} – Segue`)
    expect(await page.locator('#content img').count()).toBe(0)
    expect(complaints).toEqual([])
  })

  it('never makes the page wider than a phone', async () => {
    const page = await open('/?q=jazz', {
      viewport: { width: 320, height: 640 },
      isMobile: true,
      hasTouch: true,
    })
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320)
    await page.goto('/?q=jazz&playlist=cpl-1')
    await page.locator('.similar li').first().waitFor()
    expect(await page.locator('dialog').evaluate((dialog) => dialog.scrollWidth - dialog.clientWidth)).toBe(0)
  })
})
