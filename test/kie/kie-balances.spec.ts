import { SchedulerRegistry } from '@nestjs/schedule';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FakeKie } from '../../sandbox/kie/index.js';
import {
  KieBalance,
  KieBalances,
  KieClient,
  KieKeyHealth,
  KieKeys,
  KieParkedKey,
} from '../../src/modules/kie/index.js';
import { KieBalancesCron } from '../../src/modules/kie/kie-balances.cron.js';
import { configureLogging, Metrics, Switches } from '../../src/platform/index.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { testEnv } from '../support/env.js';

const [FIRST, SECOND] = ['the-first-key', 'the-second-key'] as const;
const LIMIT = 1_000;

describe('the look at the balances', () => {
  const kie = new FakeKie();
  let db: TestDatabase;
  let keys: KieKeys;
  let balances: KieBalances;
  let cron: KieBalancesCron;
  let another: KieBalancesCron;
  let reads = 0;

  beforeAll(async () => {
    await kie.start();
    db = await createTestDatabase({ entities: [KieBalance, KieParkedKey] });
    const env = testEnv({
      KIE_API_KEY: `${FIRST},${SECOND}`,
      KIE_BALANCE_MIN_CREDITS: String(LIMIT),
      KIE_BASE_URL: kie.url,
      KIE_UPLOAD_BASE_URL: kie.url,
    });
    keys = new KieKeys(env);
    balances = new KieBalances(keys, env);
    const health = new KieKeyHealth(keys, new Switches(db.dataSource), env);
    const open = () =>
      new KieBalancesCron(
        db.dataSource,
        health,
        balances,
        new KieClient(env, new Metrics()),
        new SchedulerRegistry(),
        env,
      );
    [cron, another] = [open(), open()];
    kie.onCall(({ url }) => {
      if (url.endsWith('/chat/credit')) reads += 1;
    });
  });
  beforeEach(async () => {
    for (const key of [FIRST, SECOND]) kie.setKey(key, { account: 'one', keyState: 'ok', credits: 10_000 });
    await db.query('truncate kie_balances, kie_parked_keys');
    reads = 0;
  });
  afterAll(async () => {
    await db.drop();
    await kie.stop();
  });

  /** One look, five minutes after the one before. */
  const look = async () => {
    await db.query('update kie_balances set ask_at = clock_timestamp()');
    await cron.tick();
  };
  const lookAt = (credits: number) => {
    kie.setKey(FIRST, { credits });
    return look();
  };
  const low = async () =>
    (await balances.listLow(db.dataSource.manager)).map((found) =>
      found.balances.map(({ credits }) => credits),
    );
  const since = async () => (await balances.listLow(db.dataSource.manager))[0]?.since.getTime();

  it('asks for each key once in five minutes, whoever looks', async () => {
    await Promise.all([cron.tick(), another.tick()]);
    await cron.tick();
    expect(reads).toBe(2);
    expect(await db.query('select credits from kie_balances where read_at is not null')).toEqual([
      { credits: 10_000 },
      { credits: 10_000 },
    ]);
  });

  it('finds all keys of an account low at one moment, and no other until that is over', async () => {
    await lookAt(LIMIT);
    expect(await low()).toEqual([]);
    await lookAt(LIMIT - 0.5);
    expect(await low()).toEqual([[LIMIT - 0.5, LIMIT - 0.5]]);
    const began = await since();
    for (const credits of [LIMIT * 1.05, LIMIT - 1]) await lookAt(credits);
    expect(await since()).toBe(began);
    await lookAt(LIMIT * 1.1);
    expect(await low()).toEqual([]);
    await lookAt(0);
    expect(await since()).toBeGreaterThan(began ?? 0);
  });

  it('takes no answer for no balance, and says so once', async () => {
    await lookAt(LIMIT - 1);
    const lines: string[] = [];
    configureLogging('info', { write: (line: string) => void lines.push(line) });
    const said = () => lines.filter((line) => line.includes('KIE: no balance')).length;
    for (let n = 0; n < 2; n++) {
      kie.setKey(SECOND, { keyState: 'unauthorized' });
      kie.failNext('credit', { kind: 'http', status: 502, times: 1 });
      await look();
    }
    expect(said()).toBe(2);
    expect(await low()).toEqual([[LIMIT - 1, LIMIT - 1]]);
    kie.setKey(SECOND, { keyState: 'ok' });
    await look();
    kie.failNext('credit', { kind: 'http', status: 502, times: 2 });
    await look();
    configureLogging('silent');
    expect(said()).toBe(4);
  });

  it('never takes a key for low that KIE does not let read', async () => {
    kie.setKey(FIRST, { account: 'empty', keyState: 'unauthorized', credits: 0 });
    await look();
    expect(await low()).toEqual([]);
    const [row] = await db.query('select * from kie_balances where failed_since is not null');
    expect(row).toMatchObject({ fingerprint: keys.all()[0]?.fingerprint, credits: null, read_at: null });
  });

  it('asks for a key that is parked for money, and leaves one without access alone', async () => {
    const [first, second] = keys.all().map(({ fingerprint }) => fingerprint);
    await db.query(
      `insert into kie_parked_keys (fingerprint, reason, configuration, refused_with, ask_at)
       values ($1, 'money', $3, '402', now()), ($2, 'access', $3, '401', null)`,
      [first, second, keys.configuration],
    );
    await lookAt(3);
    expect(await db.query('select fingerprint, credits from kie_balances')).toEqual([
      { fingerprint: first, credits: 3 },
    ]);
  });
});
