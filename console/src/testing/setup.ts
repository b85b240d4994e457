import { cleanup } from '@testing-library/react';
import { afterEach, vi } from 'vitest';

afterEach(cleanup);

// What jsdom lacks and Ant Design asks for.
window.matchMedia ??= (query: string): MediaQueryList => ({
  matches: false,
  media: query,
  onchange: null,
  addListener: () => {},
  removeListener: () => {},
  addEventListener: () => {},
  removeEventListener: () => {},
  dispatchEvent: () => false,
});
globalThis.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
};
/** A stream that never says anything. */
class SilentSource implements EventSource {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSED = 2;
  readonly CONNECTING = 0;
  readonly OPEN = 1;
  readonly CLOSED = 2;
  readonly readyState = 0;
  readonly withCredentials = false;
  onerror = null;
  onmessage = null;
  onopen = null;
  readonly url: string;
  constructor(url: string | URL) {
    this.url = String(url);
  }
  addEventListener() {}
  removeEventListener() {}
  dispatchEvent() {
    return false;
  }
  close() {}
}
globalThis.EventSource ??= SilentSource;
const computed = window.getComputedStyle.bind(window);
vi.stubGlobal('getComputedStyle', (element: Element) => computed(element));
