// Pictures of every page, and what axe finds on them, from the mock server with the built console.
// node scripts/shots.mjs OUT [--only name,name] [--sizes desktop,phone] [--langs zh,en] [--themes light,dark]
import { mkdirSync } from 'node:fs';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { launch, open, SIZES } from './browser.mjs';

const args = process.argv.slice(2);
const out = args[0] ?? 'shots';
const option = (name, usual) => (args.includes(`--${name}`) ? args[args.indexOf(`--${name}`) + 1] : usual).split(',');
const base = process.env.CONSOLE_URL ?? 'http://127.0.0.1:5174';
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const PAGES = {
    login: '/login',
    overview: '/',
    overview30: '/?period=last_30d&metric=average_order',
    orders: '/orders?period=last_30d',
    customers: '/customers',
    customers_filtered: '/customers?filter=monetary:ge:3000&within=group:champions&sort=-frequency',
    customers_none: '/customers?q=zzzz',
    customer: '/customers/cus_14',
    customer_timeline: '/customers/cus_14?tab=timeline',
    customer_orders: '/customers/cus_14?tab=orders',
    customer_why: '/customers/cus_14?tab=why',
    customer_quality: '/customers/cus_14?tab=quality',
    customer_audit: '/customers/cus_14?tab=audit',
    segments: '/segments/rfm',
    segments_value: '/segments/value',
    segments_lifecycle: '/segments/lifecycle',
    segments_moves: '/segments/moves',
    segments_runs: '/segments/runs',
    segments_rules: '/segments/rules',
    imports: '/imports',
    import_new: '/imports/new',
    import_look: '/imports/new?upload=upl_1&name=sales.csv.gz',
    import: '/imports/imp_3',
    bad_rows: '/imports/imp_3/bad-rows',
    data: '/data',
    table: '/data/tables/order_line',
    table_rows: '/data/tables/rfm?tab=rows',
    quality: '/data/quality',
    check: '/data/quality/customer_email',
    sql: '/sql',
    jobs: '/jobs',
    settings: '/settings/business',
    users: '/settings/users',
    roles: '/settings/roles',
    keys: '/settings/keys',
    audit: '/settings/audit',
    backups: '/settings/backups',
    account: '/account',
    lost: '/nowhere',
};

const only = option('only', Object.keys(PAGES).join(','));
mkdirSync(out, { recursive: true });
const browser = await launch();
let faults = 0;
for (const size of option('sizes', 'desktop,phone'))
    for (const language of option('langs', 'zh,en'))
        for (const theme of option('themes', 'light,dark')) {
            const context = await open(browser, { size, language, theme });
            const page = await context.newPage();
            const said = new Set();
            page.on('console', (message) => {
                if (['error', 'warning'].includes(message.type())) said.add(message.text().slice(0, 400));
            });
            page.on('pageerror', (error) => said.add(`page: ${error.message}`));
            for (const name of only) {
                const path = PAGES[name];
                said.clear();
                await page.goto(base + path);
                await page.waitForLoadState('load');
                await page.waitForTimeout(900);
                const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
                const main = await page.evaluate(() => {
                    const box = document.querySelector('.gx-main');
                    return box
                        ? { over: box.scrollWidth - box.clientWidth, high: box.scrollHeight }
                        : { over: 0, high: 0 };
                });
                // The page scrolls inside: for the picture the window is made as high as its content.
                if (main.high > SIZES[size].height)
                    await page.setViewportSize({ width: SIZES[size].width, height: Math.min(4200, main.high + 60) });
                await page.waitForTimeout(500);
                await page.screenshot({ path: `${out}/${name}-${size}-${language}-${theme}.png` });
                await page.setViewportSize(SIZES[size]);
                const found = await page.evaluate(
                    axe +
                        '; axe.run(document, { resultTypes: ["violations"] }).then((r) => r.violations.map((v) => ({ id: v.id, impact: v.impact, nodes: v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160) + " | " + (n.any[0]?.message ?? n.all[0]?.message ?? "")) })))',
                );
                const label = `${name} ${size} ${language} ${theme}`;
                if (wide > 0 || main.over > 0)
                    console.log(`${label}: wider than the window by ${Math.max(wide, main.over)} px`);
                for (const v of found) console.log(`${label}: axe ${v.id} (${v.impact})\n   ${v.nodes.join('\n   ')}`);
                for (const text of said) console.log(`${label}: ${text}`);
                faults += found.length + said.size + (wide > 0 || main.over > 0 ? 1 : 0);
            }
            await context.close();
        }
await browser.close();
console.log(`${faults} faults`);
process.exitCode = faults ? 1 : 0;
