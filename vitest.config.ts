import path from 'node:path'
import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'

/**
 * Tests in workerd. All files of a project share one runtime, which takes half the time of one for each: each test has organizations of its own.
 * There are two such projects, for a runtime has only one thread, and one for tests that listen to all that happens in it.
 */
const workerProject = (name: string, files: string) => ({
  plugins: [
    cloudflareTest(async () => ({
      wrangler: { configPath: './wrangler.toml' },
      miniflare: {
        bindings: {
          ADMIN_TOKEN: 'admin-token',
          TEST_MIGRATIONS: await readD1Migrations(path.join(import.meta.dirname, 'migrations')),
        },
      },
    })),
  ],
  test: {
    name,
    isolate: false,
    include: [files],
    setupFiles: ['./test/support/setup.ts'],
    testTimeout: 30_000,
  },
})

/**
 * Pure code and the project's own rules run in Node; wiring runs in workerd with real D1, Durable Objects and Queues; what a
 * user meets is tested from outside, against the service that `npm start` starts.
 */
export default defineConfig({
  test: {
    teardownTimeout: 60_000,
    // Otherwise one processor is left idle, which may be half of them.
    maxWorkers: '100%',
    projects: [
      {
        test: {
          name: 'node',
          isolate: false,
          include: ['test/core/**/*.test.ts', 'test/customer/**/*.test.ts', 'test/project/**/*.test.ts'],
          // Properties run a thousand times and more: on a busy machine that takes longer than the default.
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'service',
          include: ['test/service/**/*.test.ts'],
          globalSetup: ['./test/service/start_service.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      workerProject('worker alone', 'test/alone/*.test.ts'),
      workerProject('worker 1', 'test/worker/[a-e]*.test.ts'),
      workerProject('worker 2', 'test/worker/[!a-e]*.test.ts'),
    ],
  },
})
