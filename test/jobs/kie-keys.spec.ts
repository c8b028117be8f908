import { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { JobsService } from '../../src/modules/jobs/index.js';
import { KIE_MODELS, KieKey, KieKeyHealth } from '../../src/modules/kie/index.js';
import { joinBot } from '../support/join-bot.js';
import { waitFor } from '../support/wait-for.js';
import { JobsWorld } from './jobs-world.js';

const FIRST = 'the-first-key';
const SECOND = 'the-second-key';
const DEFAULT_MODEL = KIE_MODELS[0]?.id ?? '';
/** Two credits a video. */
const DEARER = 'bytedance/seedance-2-mini';
const OPERATOR_ID = 777_000_111;
const nameOf = (secret: string) => new KieKey(secret).fingerprint;

describe('keys of KIE', () => {
  let world: JobsWorld;

  beforeAll(async () => {
    world = await JobsWorld.start({
      env: {
        KIE_API_KEY: `${FIRST},${SECOND}`,
        KIE_MODELS_OFFERED: `${DEFAULT_MODEL},${DEARER}`,
        KIE_KEY_RECHECK_MS: '400',
        // Looked at when a test says so.
        KIE_BALANCE_CHECK_INTERVAL_MS: '3600000',
        JOB_CRON_INTERVAL_MS: '50',
        ADMIN_IDS: String(OPERATOR_ID),
      },
    });
    world.telegram.addPerson({ id: OPERATOR_ID, firstName: 'Olga', languageCode: 'en' });
    await joinBot(world.telegram, OPERATOR_ID);
  });

  afterEach(async () => {
    await world.expectCleanAudit();
    for (const secret of [FIRST, SECOND]) world.kie.setKey(secret, { keyState: 'ok', credits: 10_000 });
    await world.query('delete from kie_parked_keys');
  });

  afterAll(() => world.stop());

  const parked = async () =>
    (
      await world.query<{ fingerprint: string; reason: string }>(
        'select * from kie_parked_keys where released_at is null',
      )
    ).map(({ fingerprint, reason }) => `${fingerprint === nameOf(FIRST) ? 'first' : 'second'}: ${reason}`);
  const keysTried = async (jobId: string) =>
    (await world.tasks(jobId)).map((task) =>
      task['key_fingerprint'] === nameOf(FIRST) ? 'first' : 'second',
    );
  const alerts = () =>
    world.telegram.chat(OPERATOR_ID).filter(({ text }) => text.includes('No key of KIE.AI can be used'));

  it('F-58 F-60 takes the next key at once, and no other job asks the empty one again', async () => {
    world.kie.setKey(FIRST, { account: 'first', credits: 0 });
    world.kie.setKey(SECOND, { account: 'second', credits: 10_000 });
    const customer = await world.customer();
    const jobId = await customer.orderOne();
    expect(await world.over(jobId)).toMatchObject({ status: 'completed', generation_attempts: 1 });
    expect(await keysTried(jobId)).toEqual(['first', 'second']);
    expect(await parked()).toEqual(['first: money']);
    const next = await customer.orderOne();
    await world.over(next);
    expect(await keysTried(next)).toEqual(['second']);
    expect(alerts()).toHaveLength(0);
  });

  it('F-60 takes a key back once its balance allows any video on offer, not before', async () => {
    world.kie.setKey(FIRST, { account: 'first', credits: 0 });
    const customer = await world.customer();
    await world.over(await customer.orderOne());
    expect(await parked()).toEqual(['first: money']);
    const reads: number[] = [];
    const stopListening = world.kie.onCall(({ url, at }) => {
      if (url.includes('/chat/credit')) reads.push(Date.parse(at));
    });
    // Enough for the default model, not for the other one that people may choose.
    world.kie.setKey(FIRST, { credits: 50 });
    await waitFor(() => reads.length >= 2, { what: 'two looks at a balance that is too small' });
    expect(await parked()).toEqual(['first: money']);
    world.kie.setKey(FIRST, { credits: 10_000 });
    await waitFor(async () => (await parked()).length === 0, { what: 'the key to be back' });
    stopListening();
    const jobId = await customer.orderOne();
    await world.over(jobId);
    expect(await keysTried(jobId)).toEqual(['first']);
  });

  it('F-58 fails when no key is left, tells the operators once, and takes no order until one is back', async () => {
    world.kie.setKey(FIRST, { account: 'first', credits: 0 });
    world.kie.setKey(SECOND, { account: 'second', credits: 0 });
    const customer = await world.customer();
    const { jobIds } = await customer.order({ count: 2 });
    for (const jobId of jobIds) {
      expect(await world.over(jobId)).toMatchObject({ failure_reason: 'billing', error_class: 'billing' });
    }
    await customer.reads('notice.failed.billing');
    await waitFor(() => alerts().length > 0, { what: 'the alert' });
    expect(await customer.balance()).toBe(2);
    const request = await customer.request();
    const jobs = world.get(JobsService);
    expect(await jobs.startOrder(request)).toEqual({ kind: 'not_accepting' });
    expect(await customer.balance()).toBe(2);
    expect(await world.query('select 1 from jobs where user_id = $1', [customer.user.id])).toHaveLength(2);
    world.kie.setKey(SECOND, { credits: 10_000 });
    await waitFor(async () => (await parked()).length < 2, { what: 'a key to be back' });
    const started = await jobs.startOrder(request);
    expect(started.kind).toBe('started');
    await world.over('jobIds' in started ? (started.jobIds[0] ?? '') : '');
    expect(alerts()).toHaveLength(1);
  });

  it('F-60 F-79 asks less often about a key that keeps being refused, and takes it for one outage', async () => {
    world.kie.setKey(FIRST, { account: 'first', credits: 10_000, keyState: 'sub_key_limit' });
    world.kie.setKey(SECOND, { account: 'second', keyState: 'sub_key_limit' });
    const row = async () => {
      const [found] = await world.query<{ times: number; parked_at: Date; released_at: Date | null }>(
        'select * from kie_parked_keys where fingerprint = $1',
        [nameOf(FIRST)],
      );
      return found;
    };
    const told = alerts().length;
    const order = async () => world.over(await (await world.customer()).orderOne());
    expect(await order()).toMatchObject({ failure_reason: 'billing' });
    const since = (await row())?.parked_at;
    // Its account has money, so the look at the balance gives it back, and its own limit still refuses.
    await waitFor(async () => (await row())?.released_at, { what: 'the key to be given back' });
    expect(await order()).toMatchObject({ failure_reason: 'billing' });
    expect(await row()).toMatchObject({ times: 2, parked_at: since });
    await waitFor(() => alerts().length > told, { what: 'the alert' });
    await waitFor(async () => (await row())?.released_at, { what: 'the key to be given back again' });
    expect(alerts()).toHaveLength(told + 1);
  });

  it('F-79 tells the operators of an account that will soon be empty, once for all of its keys and until it was refilled', async () => {
    const told = () =>
      world.telegram.chat(OPERATOR_ID).filter(({ text }) => text.includes('will soon be empty'));
    const findBalance = async (credits: number) => {
      for (const secret of [FIRST, SECOND]) world.kie.setKey(secret, { account: 'shared', credits });
      await world.query('update kie_balances set ask_at = clock_timestamp()');
      const isRead = async () =>
        (await world.query('select from kie_balances where credits = $1', [credits])).length === 2;
      await waitFor(isRead, { what: `both keys to be read with ${credits}` });
    };
    // What the tests before have left is over, and told of.
    await findBalance(10_000);
    const before = told().length;
    await findBalance(500);
    await waitFor(() => told().length > before, { what: 'the alert' });
    for (const secret of [FIRST, SECOND]) {
      const line = `Key ${nameOf(secret)}: 500 KIE credits, enough for 20 videos`;
      expect(told()[before]?.text).toContain(line);
    }
    for (const credits of [1_050, 400, 10_000, 300]) await findBalance(credits);
    await waitFor(() => told().length > before + 1, { what: 'the alert of the second time' });
    expect(told()).toHaveLength(before + 2);
  });

  it('F-60 leaves a key without access alone until the configured keys change', async () => {
    world.kie.setKey(FIRST, { account: 'first', keyState: 'unauthorized' });
    world.kie.setKey(SECOND, { account: 'second', credits: 10_000 });
    const customer = await world.customer();
    await world.over(await customer.orderOne());
    expect(await parked()).toEqual(['first: access']);
    const [row] = await world.query<{ ask_at: Date | null }>('select ask_at from kie_parked_keys');
    expect(row?.ask_at).toBeNull();
    const healthy = async () =>
      (await world.get(KieKeyHealth).listHealthy(world.get(DataSource).manager)).map(
        ({ fingerprint }) => fingerprint,
      );
    expect(await healthy()).toEqual([nameOf(SECOND)]);
    // The next look of the cron finds that the keys have changed since, and forgets it for good.
    await world.query(`update kie_parked_keys set configuration = 'an older one'`);
    expect(await healthy()).toEqual([nameOf(FIRST), nameOf(SECOND)]);
    await waitFor(async () => (await world.query('select 1 from kie_parked_keys')).length === 0, {
      what: 'the old configuration to be forgotten',
    });
  });
});
