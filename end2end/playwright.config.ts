// How the browser tests run. `cargo xtask test` starts a server with the demo and says where it is
// (REVISOR_E2E_URL) and which Chromium to drive (REVISOR_CHROMIUM); by hand, start one with
// `cargo xtask serve --demo` and set what support/environment.ts names.
import { defineConfig, devices } from '@playwright/test';

export default defineConfig({
  testDir: './specs',
  outputDir: './test-results',
  // One server with one database: tests see each other's records, and take turns.
  workers: 1,
  fullyParallel: false,
  forbidOnly: Boolean(process.env.CI),
  // A browser on a busy machine may miss a moment; what fails twice is wrong.
  retries: process.env.CI ? 1 : 0,
  timeout: 60_000,
  // Debug builds hydrate slowly on a busy machine.
  expect: { timeout: 15_000 },
  reporter: [['list']],
  use: {
    ...devices['Desktop Chrome'],
    baseURL: process.env.REVISOR_E2E_URL ?? 'http://127.0.0.1:3000',
    locale: 'en-GB',
    timezoneId: 'UTC',
    screenshot: 'only-on-failure',
    // A trace costs every test a third of its time; ask for it where one fails: --trace on.
    trace: 'off',
    launchOptions: {
      executablePath: process.env.REVISOR_CHROMIUM || undefined,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  projects: [{ name: 'chromium' }],
});
