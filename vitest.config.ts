import { defineConfig } from 'vitest/config'
import WholeFirst from './test/whole-first.ts'

export default defineConfig({
  test: {
    include: ['server/**/*.test.ts', 'test/**/*.test.ts', 'web/**/*.test.ts'],
    globalSetup: ['test/postgres.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // two cores, and most of a test is waiting for the database or a screen
    maxWorkers: 3,
    pool: 'forks',
    sequence: { sequencer: WholeFirst },
    reporters: ['default', './test/totals.ts'],
  },
})
