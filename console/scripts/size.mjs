// Fails when the first load (log-in to overview, without charts) has more than 400 kB of script, compressed with gzip.
import { readFileSync, readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const LIMIT = 400_000;
const dist = new URL('../dist/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'));
const size = (file) => gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length;

/** The script of an entry with everything it imports at once. */
function closure(key, seen = new Set()) {
    const chunk = manifest[key];
    if (!chunk || seen.has(chunk.file)) return seen;
    seen.add(chunk.file);
    (chunk.imports ?? []).forEach((next) => closure(next, seen));
    return seen;
}

const first = ['index.html', 'src/layouts/Shell.tsx', 'src/pages/overview/OverviewPage.tsx', 'src/i18n/zh/index.ts'];
const files = new Set(
    first.flatMap((key) => {
        if (!manifest[key]) throw new Error(`${key} is not in the build: mend scripts/size.mjs`);
        return [...closure(key)];
    }),
);
let total = 0;
for (const file of files) {
    const bytes = size(file);
    total += bytes;
    console.log(`${(bytes / 1000).toFixed(1).padStart(8)} kB  ${file}`);
}
console.log(`${(total / 1000).toFixed(1).padStart(8)} kB  first load, limit ${LIMIT / 1000} kB`);
const later = readdirSync(new URL('assets/', dist)).filter((f) => f.endsWith('.js') && !files.has(`assets/${f}`));
const heavy = later
    .map((f) => [size(`assets/${f}`), f])
    .sort((a, b) => b[0] - a[0])
    .slice(0, 8);
console.log('later, the largest:');
for (const [bytes, file] of heavy) console.log(`${(bytes / 1000).toFixed(1).padStart(8)} kB  ${file}`);
if (total > LIMIT) {
    console.error('The first load is too large: load what it does not need later.');
    process.exit(1);
}
