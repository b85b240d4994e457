// Makes src/api/schema.d.ts from the contract. Runs before types, tests and builds, so that it is never stale.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import openapiTS, { astToString } from 'openapi-typescript';

const source = new URL('../../openapi.json', import.meta.url);
const target = new URL('../src/api/schema.d.ts', import.meta.url);
// What has a default may be left out of a request; an object of which nothing is said may hold anything.
const types = astToString(await openapiTS(source, { defaultNonNullable: false, emptyObjectsUnknown: true }));
const text = `// Made by \`npm run api\` from openapi.json. Do not edit.\n${types}`;
if (!existsSync(target) || readFileSync(target, 'utf8') !== text) writeFileSync(target, text);
