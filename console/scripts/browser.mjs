// Chromium as the scripts use it.
import { chromium } from 'playwright-core';

export const SIZES = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };

export const launch = () =>
    chromium.launch({
        executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
        args: [
            '--headless',
            '--no-sandbox',
            '--disable-gpu',
            '--disable-quic',
            '--no-first-run',
            '--disable-background-networking',
            '--disable-component-update',
            '--disable-sync',
        ],
    });

/** A window with a language and a theme already chosen. */
export async function open(browser, { size, language, theme }) {
    const context = await browser.newContext({ viewport: SIZES[size], bypassCSP: false });
    await context.addInitScript(
        ([l, t]) => {
            localStorage.setItem('guanxi.language', l);
            localStorage.setItem('guanxi.theme', t);
        },
        [language, theme],
    );
    return context;
}
