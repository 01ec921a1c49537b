import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['server/**/*.test.ts', 'test/**/*.test.ts', 'web/**/*.test.ts'],
    globalSetup: ['test/postgres.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // one more than the cores that we promise: a third of the time is waiting for browsers and timers
    maxWorkers: 3,
    pool: 'forks',
    reporters: ['default', './test/totals.ts'],
  },
})
