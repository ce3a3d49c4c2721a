import { defineConfig, devices } from '@playwright/test';
import { fileURLToPath } from 'node:url';

const workspace = fileURLToPath(new URL('..', import.meta.url));
const target = process.env.CARGO_TARGET_DIR ?? `${workspace}target`;

// `cargo xtask` sets both; the defaults serve `npx playwright test` in this folder.
process.env.SHIRUBE_BIN ??= `${target}/debug/shirube`;
process.env.SHIRUBE_SCREENSHOTS ??= `${workspace}target/screenshots`;

export default defineConfig({
  testDir: './tests',
  outputDir: '../target/e2e/results',
  forbidOnly: !!process.env.CI,
  // A test that needs a second try is a defect; two cores carry one server and one browser.
  retries: 0,
  workers: 1,
  timeout: 180_000,
  globalTimeout: 30 * 60_000,
  expect: { timeout: 10_000 },
  reporter: [
    ['list'],
    ['json', { outputFile: '../target/e2e/report.json' }],
    ['html', { outputFolder: '../target/e2e/report', open: 'never' }],
  ],
  use: {
    ...devices['Desktop Chrome'],
    locale: 'ja-JP',
    timezoneId: 'Asia/Tokyo',
    actionTimeout: 10_000,
    navigationTimeout: 20_000,
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env.SHIRUBE_CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  projects: [
    { name: 'stories', testIgnore: /tour\.spec\.ts$/ },
    { name: 'tour', testMatch: /tour\.spec\.ts$/ },
  ],
});
