import path from 'node:path'
import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'

/**
 * Pure code and the project's own rules run in Node; wiring runs in workerd with real D1, Durable Objects and Queues; what a
 * user meets is tested from outside, against the service that `npm start` starts.
 */
export default defineConfig({
  test: {
    teardownTimeout: 60_000,
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
      {
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
          name: 'worker',
          // One runtime for all files, which takes half the time: each test has organizations of its own.
          isolate: false,
          include: ['test/worker/**/*.test.ts'],
          setupFiles: ['./test/support/setup.ts'],
          testTimeout: 30_000,
        },
      },
    ],
  },
})
