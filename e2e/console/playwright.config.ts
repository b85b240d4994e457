import { defineConfig } from '@playwright/test';
import { out } from './support/places';

/** A real Chromium against the real binary. One worker: the server shares the machine's few cores with the browser. */
export default defineConfig({
  testDir: 'specs',
  outputDir: out('results'),
  globalSetup: './support/setup.ts',
  workers: 1,
  forbidOnly: !!process.env.CI,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [['./support/reporter.ts'], ['junit', { outputFile: out('junit.xml') }]],
  use: {
    locale: 'en-GB',
    timezoneId: 'UTC',
    colorScheme: 'light',
    viewport: { width: 1280, height: 860 },
    actionTimeout: 15_000,
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
      args: ['--disable-gpu', '--disable-quic', '--disable-background-networking', '--disable-component-update'],
    },
  },
});
