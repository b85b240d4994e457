import { expect, type BrowserContext } from '@playwright/test';

/** Answers that a spec provokes on purpose: a status and a beginning of the path. */
export type Expected = [status: number, path: string];

/** Notes what goes wrong in a browser: messages in the console, defects, requests that fail, answers that are refusals. */
export class Watch {
  private readonly faults: string[] = [];
  private readonly expected: Expected[] = [];

  /** Such an answer is part of what is tried. */
  expects(...answers: Expected[]) {
    this.expected.push(...answers);
  }

  /** Looks at all pages of a context. */
  on(context: BrowserContext) {
    context.on('console', (message) => {
      // The browser's own line about a refused request: the answer itself is judged below.
      const known = message.text().startsWith('Failed to load resource');
      if (['error', 'warning'].includes(message.type()) && !known)
        this.faults.push(`console: ${message.text().slice(0, 400)} (${message.page()?.url()})`);
    });
    context.on('weberror', (error) => this.faults.push(`defect: ${error.error().message}`));
    context.on('requestfailed', (request) => {
      const why = request.failure()?.errorText;
      // A page that is left gives up what it asked for.
      if (why !== 'net::ERR_ABORTED') this.faults.push(`request: ${request.method()} ${request.url()}: ${why}`);
    });
    context.on('response', (response) => {
      const { pathname } = new URL(response.url());
      const known = this.expected.some(([status, path]) => status === response.status() && pathname.startsWith(path));
      if (response.status() >= 400 && !known)
        this.faults.push(`answer: ${response.status()} ${response.request().method()} ${response.url()}`);
    });
  }

  /** Fails when something went wrong since the last look. */
  clean(where: string) {
    expect.soft(this.faults.splice(0), `what the browser complained about: ${where}`).toEqual([]);
  }
}
