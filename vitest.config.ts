import { defineConfig } from 'vitest/config';

// Nest needs decorator metadata; oxc writes it without a second compiler.
const oxc = { decorator: { legacy: true, emitDecoratorMetadata: true } };

export default defineConfig({
  oxc,
  test: {
    pool: 'forks',
    // One more than the two cores that they need: many tests wait rather than work.
    // One more than the two cores that they need: many tests wait rather than work.
    maxWorkers: 3,
    hookTimeout: 60_000,
    projects: [
      {
        oxc,
        test: {
          name: 'unit',
          include: ['src', 'sandbox', 'chaos', 'bench', 'web'].map((folder) => `${folder}/**/*.spec.ts`),
          isolate: false,
          testTimeout: 10_000,
        },
      },
      {
        oxc,
        test: {
          name: 'integration',
          include: ['test/**/*.spec.ts'],
          exclude: ['test/process/**', 'test/browser/**'],
          globalSetup: ['test/support/global-setup.ts'],
          isolate: false,
          // Of tests that wait rather than work, such as for a lock to run out.
          maxConcurrency: 40,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        oxc,
        test: {
          name: 'process',
          include: ['test/process/**/*.spec.ts', 'test/browser/**/*.spec.ts'],
          globalSetup: ['test/support/global-setup.ts'],
          isolate: true,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
