import type { EntityManager } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { configureLogging, defineGauge, Figures, Metrics, sample } from '../../src/platform/index.js';
import { waitFor } from '../support/wait-for.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const GOOD = defineGauge({ name: 'neurocards_spec_good', help: 'Of the tests.', labels: {} });
const BAD = defineGauge({ name: 'neurocards_spec_bad', help: 'Of the tests.', labels: {} });

/** One that does not let its tests wait. */
class HastyFigures extends Figures {
  protected override readonly waitMs = 100;
  protected override readonly readLimitMs = 300;
}

let db: TestDatabase;
let metrics: Metrics;
let figures: Figures;
/** What the figure that fails does. */
let statement: string;
let readings: number;

beforeAll(async () => {
  configureLogging('silent');
  db = await createTestDatabase();
});
beforeEach(() => {
  metrics = new Metrics();
  figures = new HastyFigures(db.dataSource, metrics);
  figures.onModuleInit();
  readings = 0;
  figures.register({
    name: 'bad',
    gauges: [BAD],
    keptMs: 0,
    read: async (manager) => {
      await manager.query(statement);
      return [sample(BAD, {}, 1)];
    },
  });
  figures.register({
    name: 'good',
    gauges: [GOOD],
    read: async () => Promise.resolve([sample(GOOD, {}, (readings += 1))]),
  });
});
afterAll(() => db.drop());

const shown = async () =>
  (await metrics.expose())
    .split('\n')
    .filter((line) => /^neurocards_(spec_|figures_up)/.test(line))
    .sort();

describe('figures', () => {
  it('are read once for all who ask within their time', async () => {
    statement = 'select 1';
    await Promise.all([shown(), shown(), shown()]);
    expect(await shown()).toContain('neurocards_spec_good 1');
    expect(readings).toBe(1);
  });

  it('may take 2 s for each statement', async () => {
    const rows: unknown[] = [];
    const read = async (manager: EntityManager) => {
      rows.push(...(await manager.query<unknown[]>('show statement_timeout')));
      return [];
    };
    figures.register({ name: 'patient', gauges: [], read });
    statement = 'select 1';
    await metrics.expose();
    expect(rows).toEqual([{ statement_timeout: '2s' }]);
  });

  it.each([
    ['fail', 'select from no_such_table'],
    ['take too long', 'set local statement_timeout = 20; select pg_sleep(5)'],
    ['would write', 'create table written_by_figures ()'],
  ])(
    'that %s are shown as such, without their old values, and take no others with them',
    async (_what, failing) => {
      statement = 'select 1';
      expect(await shown()).toContain('neurocards_spec_bad 1');
      statement = failing;
      await metrics.expose();
      expect(await shown()).toEqual([
        'neurocards_figures_up{figures="bad"} 0',
        'neurocards_figures_up{figures="good"} 1',
        'neurocards_spec_good 1',
      ]);
      // And they come back by themselves, once it is their time.
      expect(await db.query(`select 1 from pg_class where relname = 'written_by_figures'`)).toEqual([]);
    },
  );

  it('that are slow, all of them, are waited for once', async () => {
    statement = 'select pg_sleep(0.15)';
    const slow = ['one', 'two', 'three', 'four', 'five'];
    const read = async (manager: EntityManager) => {
      await manager.query('select pg_sleep(0.15)');
      return [];
    };
    for (const name of slow) figures.register({ name, gauges: [], read });
    const startedMs = performance.now();
    await metrics.expose();
    expect(performance.now() - startedMs).toBeLessThan(400);
    const five = 'neurocards_figures_up{figures="five"} 1';
    await waitFor(async () => (await shown()).includes(five), { what: 'what is read meanwhile' });
  });

  it('whose reading hangs are given up, hold nothing up, and are not asked again until it ends', async () => {
    statement = 'select 1';
    let asked = 0;
    const read = () => {
      asked += 1;
      return new Promise<[]>(() => undefined);
    };
    figures.register({ name: 'hanging', gauges: [], keptMs: 0, read });
    const down = 'neurocards_figures_up{figures="hanging"} 0';
    await waitFor(async () => (await shown()).includes(down), { what: 'the end of our patience' });
    expect(await shown()).toContain('neurocards_figures_up{figures="good"} 1');
    expect(asked).toBe(1);
  });
});
