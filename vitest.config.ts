import { defineConfig } from 'vitest/config'
import WholeFirst from './test/whole-first.ts'

export default defineConfig({
  test: {
    include: ['server/**/*.test.ts', 'test/**/*.test.ts', 'web/**/*.test.ts'],
    globalSetup: ['test/postgres.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    maxWorkers: 2,
    pool: 'forks',
    sequence: { sequencer: WholeFirst },
    reporters: ['default', './test/totals.ts'],
  },
})
