import { defineConfig } from 'vite';

/** The chat page of the sandbox. `npm run build:pages` puts it where the sandbox serves it from. */
export default defineConfig({
  root: 'web/chat',
  base: './',
  publicDir: false,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../../dist/web/chat',
    emptyOutDir: true,
    target: 'es2022',
    reportCompressedSize: false,
    // The page allows no `data:` but in pictures, and one file more costs nothing here.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: { input: ['web/chat/index.html', 'web/chat/return.html'] },
  },
});
