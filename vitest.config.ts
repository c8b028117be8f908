import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

// Nest needs decorator metadata; oxc writes it without a second compiler.
const oxc = { decorator: { legacy: true, emitDecoratorMetadata: true } };

// How many workers each project has, for two cores. One after the other, as a worker that goes from one project to another begins anew.
const UNIT = { maxWorkers: 2, sequence: { groupOrder: 0 } };
/** Its tests wait as often as they work, for a database or for a time to pass. */
const INTEGRATION = { maxWorkers: 3, sequence: { groupOrder: 1 } };
const PROCESS = { maxWorkers: 3, sequence: { groupOrder: 2 } };
/** Not of `npm test`: `npm run chaos` and `.ci/run` do it. */
const CHAOS = { maxWorkers: 1, sequence: { groupOrder: 3 } };
/** What starts whole systems one after the other, or needs the tools of Debian, a browser among them. Not of `npm test` either: `npm run rehearse` and `.ci/run` do it. */
const OPERATIONS = { maxWorkers: 1, sequence: { groupOrder: 4 } };
/** Says nothing of what the program does: `npm run check` and `.ci/run` do it, beside lint and types. */
const ARCHITECTURE = { maxWorkers: 1, sequence: { groupOrder: 5 } };

const LONGEST = /test\/(queues|browser)\/|test\/process\/second-poller\.spec/;

/** What takes longest begins first, or all others would be done and wait for it: a clean clone knows no durations. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => LONGEST.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  oxc,
  test: {
    pool: 'forks',
    hookTimeout: 60_000,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        oxc,
        test: {
          name: 'unit',
          ...UNIT,
          include: ['src', 'sandbox', 'chaos', 'bench', 'web'].map((folder) => `${folder}/**/*.spec.ts`),
          isolate: false,
          testTimeout: 10_000,
        },
      },
      {
        oxc,
        test: {
          name: 'integration',
          ...INTEGRATION,
          include: ['test/**/*.spec.ts'],
          exclude: ['process/**', 'browser/**', 'chaos/**', 'operations/**', 'architecture.spec.ts'].map(
            (path) => `test/${path}`,
          ),
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
          ...PROCESS,
          include: ['test/process/**/*.spec.ts'],
          globalSetup: ['test/support/global-setup.ts', 'test/process/build-ahead.ts'],
          isolate: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        oxc,
        test: {
          name: 'architecture',
          ...ARCHITECTURE,
          include: ['test/architecture.spec.ts'],
          testTimeout: 60_000,
        },
      },
      {
        oxc,
        test: {
          name: 'chaos',
          ...CHAOS,
          include: ['test/chaos/**/*.spec.ts'],
          isolate: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        oxc,
        test: {
          name: 'operations',
          ...OPERATIONS,
          include: ['test/operations/**/*.spec.ts', 'test/browser/**/*.spec.ts'],
          globalSetup: ['test/support/global-setup.ts', 'test/process/build-ahead.ts'],
          isolate: false,
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
