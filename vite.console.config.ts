import { defineConfig } from 'vite';

/** The operators' page, a part of the product: `npm run build` puts it where the role `console` serves it from. */
export default defineConfig({
  root: 'web/console',
  base: '/console/',
  publicDir: false,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../../dist/web/console',
    emptyOutDir: true,
    target: 'es2022',
    reportCompressedSize: false,
    // The page's policy allows no `data:`.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
