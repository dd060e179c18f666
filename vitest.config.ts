import { defineConfig } from 'vitest/config';
import { summaryReporter } from './test/support/reporter.ts';

const needsDatabase = { globalSetup: ['test/support/global-setup.ts'] };

export default defineConfig({
  test: {
    // Two cores, and every database or application test keeps a server busy beside its own process.
    pool: 'forks',
    maxWorkers: 2,
    // For what hangs, not for what is slow: a busy machine must not fail a test.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
    reporters: ['default', summaryReporter],
    passWithNoTests: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/*.test.{ts,tsx}'],
          exclude: ['test/*.{db,flow}.test.{ts,tsx}'],
        },
      },
      // A project's global setup runs only when one of its files is selected: unit tests start no database.
      { extends: true, test: { name: 'db', include: ['test/*.db.test.ts'], ...needsDatabase } },
      { extends: true, test: { name: 'flow', include: ['test/*.flow.test.ts'], ...needsDatabase } },
      { extends: true, test: { name: 'e2e', include: ['test/e2e/*.test.ts'], ...needsDatabase } },
    ],
  },
});
