// The pictures of the README, from the real thing: starts `guanxi demo` in a folder of its own, signs in, looks at the main pages.
// node scripts/pictures.mjs PROGRAM [OUT]
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { launch, open } from './browser.mjs';

const [program, out = new URL('../../docs/pictures', import.meta.url).pathname] = process.argv.slice(2);
if (!program) throw new Error('which program? node scripts/pictures.mjs ../target/debug/guanxi');
/** What a picture may weigh at most, in bytes. */
const HEAVIEST = 150_000;

const freePort = () =>
    new Promise((done) => {
        const server = createServer().listen(0, '127.0.0.1', () => {
            const { port } = server.address();
            server.close(() => done(port));
        });
    });

/** Starts the demonstration; its simulation always begins from the same seed. */
async function demo(folder) {
    const listen = `127.0.0.1:${await freePort()}`;
    const server = spawn(resolve(program), ['demo', '--data', folder, '--listen', listen, '--lang', 'en']);
    let said = '';
    const password = await new Promise((done, fail) => {
        const hear = (text) => {
            said += text;
            const found = /^\s*password\s+(\S+)/m.exec(said);
            if (found && /Ctrl-C/.test(said)) done(found[1]);
        };
        server.stdout.on('data', hear);
        server.stderr.on('data', hear);
        server.on('exit', (code) => fail(new Error(`the demonstration ended (${code}):\n${said}`)));
        server.on('error', fail);
    });
    const email = /^\s*sign in\s+(\S+)/m.exec(said)?.[1];
    return { base: `http://${listen}`, email, password, stop: () => server.kill('SIGINT') };
}

/** A till's file with what one meets in such files: a code page, returns, a few rows that do not read. */
function tillFile(folder) {
    const goods = ['洗面奶', '面膜', '防晒霜', '精华液', '护手霜', '口红'];
    const rows = Array.from({ length: 240 }, (_, at) => {
        const day = `2026-0${1 + (at % 9)}-${String(1 + ((at * 7) % 28)).padStart(2, '0')}`;
        const time =
            at === 17 || at === 131
                ? '昨天下午'
                : `${day} ${10 + (at % 11)}:${String((at * 13) % 60).padStart(2, '0')}`;
        const back = at % 29 === 11;
        const pieces = (back ? -1 : 1) * (1 + (at % 3));
        const amount = at === 64 ? '三十九' : (pieces * (39 + 20 * (at % 6))).toFixed(2);
        const card = at % 7 === 3 ? '' : 8800 + ((at * 31) % 60);
        return [
            `T${1001 + at}`,
            time,
            card,
            `P${1 + (at % 6)}`,
            goods[at % 6],
            pieces,
            amount,
            back ? '退货' : '销售',
            `0${1 + (at % 4)}`,
        ];
    });
    const file = join(folder, 'till.csv');
    const heads = ['小票号', '交易时间', '会员卡号', '商品编码', '商品名称', '数量', '实付金额', '类型', '收银员'];
    writeFileSync(file, [heads, ...rows].map((row) => row.join(',')).join('\n'));
    return file;
}

async function signIn(page, { base, email, password }) {
    await page.goto(`${base}/login`);
    const status = await page.evaluate(
        async (body) => {
            const headers = { 'content-type': 'application/json' };
            const answer = await fetch('/api/v1/auth/login', { method: 'POST', headers, body: JSON.stringify(body) });
            return answer.status;
        },
        { email, password },
    );
    if (status !== 200) throw new Error(`signing in: ${status}`);
}

async function page(language, size) {
    const context = await open(browser, { size, language, theme: 'light' });
    // Patient, for the machine may be building something else.
    context.setDefaultTimeout(180_000);
    return context.newPage();
}

/** Waits until nothing is on its way and charts have stopped moving. */
async function settled(page) {
    await page.waitForLoadState('networkidle');
    await page.waitForFunction(() => !document.querySelector('.ant-skeleton, .ant-spin-spinning'));
    await page.waitForTimeout(1500);
}

async function picture(page, file) {
    await settled(page);
    await page.mouse.move(0, 0);
    const session = await page.context().newCDPSession(page);
    for (const quality of [90, 80, 70, 60, 50]) {
        const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality });
        const bytes = Buffer.from(data, 'base64');
        if (bytes.length > HEAVIEST && quality > 50) continue;
        writeFileSync(file, bytes);
        return console.log(`${file}: ${Math.round(bytes.length / 1000)} kB`);
    }
}

// Without one, names would be rows of empty boxes.
const fonts = spawnSync('fc-list', [':lang=zh'], { encoding: 'utf8' });
if (!fonts.error && !fonts.stdout.trim())
    throw new Error('there is no font with Chinese; install one, such as Noto Sans CJK');

const folder = mkdtempSync(join(tmpdir(), 'guanxi-pictures-'));
let server;
const browser = await launch();
try {
    server = await demo(join(folder, 'data'));
    const till = tillFile(folder);
    for (const language of ['en', 'zh']) {
        const to = join(resolve(out), language);
        mkdirSync(to, { recursive: true });
        const desk = await page(language, 'desktop');
        await signIn(desk, server);
        for (const [name, path] of [
            ['overview', '/?period=last_12m'],
            ['customers', '/customers?within=group:champions'],
            ['segments', '/segments/rfm'],
        ]) {
            await desk.goto(server.base + path);
            await picture(desk, join(to, `${name}.webp`));
        }
        // One who has something to show: the first of the loyal by amount.
        await desk.goto(`${server.base}/customers?within=stage:loyal&sort=-monetary`);
        await desk.locator('tbody a[href^="/customers/cus_"]').first().click();
        await picture(desk, join(to, 'customer.webp'));
        await desk.goto(`${server.base}/imports/new`);
        await desk.locator('input[type=file]').setInputFiles(till);
        await desk.waitForURL(/upload=/);
        await picture(desk, join(to, 'import.webp'));
        const phone = await page(language, 'phone');
        await signIn(phone, server);
        await phone.goto(`${server.base}/`);
        await picture(phone, join(to, 'phone.webp'));
    }
} finally {
    await browser.close();
    server?.stop();
    // The server still writes for a moment after it was told to end.
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 400 });
}
