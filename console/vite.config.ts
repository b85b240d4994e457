import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

/** The server puts its own nonce in place of this text, in every answer anew. */
const NONCE = '__CSP_NONCE__';

/**
 * Ant Design hands the nonce to its style tags, but two of its helpers (the measure of the scroll bar, the lock of scrolling behind a
 * dialogue) make tags of their own without it and take no option, so that the policy refuses them. They get the page's nonce here.
 */
function nonceForHelpers(): Plugin {
  const given = 'if (csp?.nonce) {\n    styleNode.nonce = csp?.nonce;\n  }';
  return {
    name: 'nonce-for-helpers',
    transform: {
      filter: { id: /@rc-component\/util\/es\/Dom\/dynamicCSS\.js/ },
      handler(code) {
        if (!code.includes(given)) this.error('style tags are made in another way now: see nonceForHelpers');
        return code.replace(
          given,
          "const nonce = csp?.nonce ?? document.querySelector('meta[property=csp-nonce]')?.nonce;\n  if (nonce) styleNode.nonce = nonce;",
        );
      },
    },
  };
}

export default defineConfig({
  plugins: [react(), nonceForHelpers()],
  html: { cspNonce: NONCE },
  server: { port: 5173, proxy: { '/api': process.env.GUANXI_URL ?? 'http://127.0.0.1:5174' } },
  build: {
    target: 'es2022',
    // Data URLs would need img-src and font-src data:.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1200,
    manifest: true,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules\/(react|react-dom|scheduler|react-router)\// },
            { name: 'query', test: /node_modules\/(@tanstack|openapi-|i18next|react-i18next|dayjs\/(dayjs|plugin))/ },
          ],
        },
      },
    },
  },
  test: { environment: 'jsdom', setupFiles: ['src/testing/setup.ts'], css: false, testTimeout: 20_000 },
});
