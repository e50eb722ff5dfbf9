import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    // Worker threads started by the code under test are TypeScript too: tsx loads them.
    execArgv: ['--import', 'tsx'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Waits end as soon as the condition holds; the limit only bounds a failing test on a busy machine.
    expect: { poll: { timeout: 10_000 } },
  },
})
