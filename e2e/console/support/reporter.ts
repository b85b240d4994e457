import { stripVTControlCharacters } from 'node:util';
import type { FullResult, Reporter, TestCase, TestResult } from '@playwright/test/reporter';

/** A line for each file of specs; in the end what was skipped and why, what failed and how. */
export default class Lines implements Reporter {
  private readonly began = Date.now();
  private readonly count = { passed: 0, failed: 0, skipped: 0 };
  private readonly told: string[] = [];
  private file = { name: '', tests: 0, ms: 0 };

  onTestEnd(test: TestCase, result: TestResult) {
    const [name = '', ...parts] = test.titlePath().slice(2);
    const title = `${name} › ${parts.filter(Boolean).join(' › ')}`;
    const state = result.status === 'skipped' ? 'skipped' : test.ok() ? 'passed' : 'failed';
    this.count[state]++;
    if (name !== this.file.name) this.endFile(name);
    this.file.tests++;
    this.file.ms += result.duration;
    const seconds = (result.duration / 1000).toFixed(1);
    if (process.env.E2E_VERBOSE || state === 'failed') console.log(`  ${state} in ${seconds} s: ${title}`);
    const why = test.annotations.find((one) => one.type === 'skip')?.description;
    if (state === 'skipped') this.told.push(`skipped: ${title} (${why ?? 'no reason is given'})`);
    if (state === 'failed')
      this.told.push(`\nfailed: ${title}\n${result.errors.map((e) => e.stack ?? e.message).join('\n')}`);
  }

  private endFile(next: string) {
    const { name, tests, ms } = this.file;
    if (tests) console.log(`  ${name}: ${tests} ${tests === 1 ? 'test' : 'tests'} in ${(ms / 1000).toFixed(1)} s`);
    this.file = { name: next, tests: 0, ms: 0 };
  }

  onError(error: { message?: string; stack?: string }) {
    console.log(error.stack ?? error.message);
  }

  onStdOut(text: string | Buffer) {
    process.stdout.write(text);
  }

  onEnd(result: FullResult) {
    this.endFile('');
    for (const text of this.told) console.log(stripVTControlCharacters(text));
    const { passed, failed, skipped } = this.count;
    const seconds = Math.round((Date.now() - this.began) / 1000);
    console.log(
      `browser tests: ${result.status}, ${passed} passed, ${failed} failed, ${skipped} skipped in ${seconds} s`,
    );
  }
}
