/** Text as HTML shows it; for attributes too. */
export function escapeHtml(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  }
  return text.replace(/[&<>"']/g, (sign) => entities[sign] as string)
}

const STYLE = `
:root { color-scheme: light dark; --text: #1c1b22; --soft: #5f5d6b; --line: #dedce6; --ground: #fbfaff; --card: #fff;
  --accent: #5a3fd6; --base: #8a8797; --good: #1d7a46; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --text: #eceaf4; --soft: #a5a2b3; --line: #393644; --ground: #15141a;
  --card: #1d1b24; --accent: #a996ff; --base: #7d7a8a; --good: #6fd49a; --bad: #ff8a80; } }
* { box-sizing: border-box }
body { margin: 0; font: 16px/1.55 system-ui, -apple-system, "Segoe UI", sans-serif; color: var(--text);
  background: var(--ground) }
main { max-width: 72rem; margin: 0 auto; padding: 2rem 1rem 4rem }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .25rem; letter-spacing: -.01em }
h2 { font-size: 1.25rem; margin: 2.75rem 0 .25rem }
h3 { font-size: 1rem; margin: 0 }
p { margin: .25rem 0 1rem; max-width: 46rem }
.soft { color: var(--soft) }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(15.5rem, 100%), 1fr)); gap: 1rem;
  margin: 1rem 0 }
figure { margin: 0; padding: 1rem; background: var(--card); border: 1px solid var(--line); border-radius: .75rem }
figcaption { font-weight: 600; margin-bottom: .25rem }
svg { display: block; width: 100%; max-width: 20rem; height: auto }
svg text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; fill: var(--text) }
svg .soft { fill: var(--soft) }
svg .grid { stroke: var(--line); stroke-width: 1 }
svg .mark { stroke: var(--accent); fill: var(--accent) }
svg .mark.base { stroke: var(--base); fill: var(--base) }
svg .mark.fired { stroke: var(--bad); fill: var(--bad) }
svg .limit { stroke: var(--bad); stroke-dasharray: 4 4 }
.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: .75rem;
  margin: 1rem 0 }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: .875rem }
th, td { padding: .5rem .75rem; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line) }
tr:last-child > * { border-bottom: 0 }
th:first-child, td:first-child { text-align: left; position: sticky; left: 0; background: var(--card) }
@media (max-width: 40rem) { th:first-child, td:first-child { white-space: normal; min-width: 9rem } }
thead th { color: var(--soft); font-weight: 600 }
tbody th { font-weight: 500 }
.good { color: var(--good) } .bad { color: var(--bad); font-weight: 600 }
`

/**
 * One self-contained page: no script, no font and no picture from elsewhere, light and dark by the reader's setting.
 *
 * @param body HTML; every text in it is escaped already
 */
export function htmlPage(title: string, lead: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
<p class="soft">${escapeHtml(lead)}</p>
${body}
</main>
</body>
</html>
`
}
