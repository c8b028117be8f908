import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { KieCreationSlots } from '../../src/modules/kie/index.js';
import { type Env, Metrics } from '../../src/platform/index.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

/** Long enough that no stall of this machine lets one pass. */
const WINDOW_MS = 60_000;
/** Of calls that really take their time. */
const SHORT_WINDOW_MS = 250;
const CALL_TIMEOUT_MS = 15_000;
/** A fifth more than the creations of a window. */
const SLOTS = 18;

describe('slots for creations', () => {
  const slotsOf = (windowMs: number) =>
    new KieCreationSlots(
      {
        KIE_CREATIONS_MAX: 15,
        KIE_CREATIONS_WINDOW_MS: windowMs,
        KIE_CREATE_TIMEOUT_MS: CALL_TIMEOUT_MS,
      } as Env,
      new Metrics(),
    );
  const slots = slotsOf(WINDOW_MS);
  let db: TestDatabase;

  beforeAll(async () => {
    db = await createTestDatabase();
  });
  beforeEach(() => db.query('delete from kie_creation_slots'));
  afterAll(() => db.drop());

  const take = () => slots.take(db.dataSource.manager);
  const release = (leaseUntil: string) => slots.release(db.dataSource.manager, leaseUntil);
  const takeMany = async (count: number) => {
    const taken = await Promise.all(Array.from({ length: count }, take));
    return taken.flatMap((slot) => (slot.kind === 'taken' ? [slot.leaseUntil] : []));
  };
  const letPass = (ms: number) =>
    db.query(
      `update kie_creation_slots set busy_until = array(select t - $1 * interval '1 ms' from unnest(busy_until) t)`,
      [ms],
    );

  it('are given to one caller each, however many ask at one moment', async () => {
    const taken = await takeMany(40);
    expect(new Set(taken).size).toBe(SLOTS);
    expect(taken).toHaveLength(SLOTS);
    expect(await take()).toEqual({ kind: 'none', againInMs: WINDOW_MS });
  });

  it('are free again one window after the answer, one of them for each answer', async () => {
    const [first = ''] = await takeMany(SLOTS);
    await release(first);
    const refused = await take();
    expect(refused).toMatchObject({ kind: 'none' });
    expect('againInMs' in refused && refused.againInMs).toBeLessThanOrEqual(WINDOW_MS);
    await letPass(WINDOW_MS);
    expect(await takeMany(2)).toHaveLength(1);
  });

  it('of a process that died are free again when its call must be over for as long as a window, and not before', async () => {
    await takeMany(SLOTS);
    await letPass(CALL_TIMEOUT_MS + WINDOW_MS);
    expect(await takeMany(1)).toHaveLength(0);
    await letPass(5_000);
    expect(await takeMany(SLOTS + 1)).toHaveLength(SLOTS);
  });

  it('stay as they are when a lease that ran out is released', async () => {
    const [late = ''] = await takeMany(1);
    await letPass(CALL_TIMEOUT_MS + WINDOW_MS + 10_000);
    await takeMany(SLOTS);
    await release(late);
    await letPass(WINDOW_MS);
    expect(await takeMany(1)).toHaveLength(0);
  });

  it('never let more calls arrive within any window than there are, however long each is on its way', async () => {
    const short = slotsOf(SHORT_WINDOW_MS);
    const arrivalsMs: number[] = [];
    /** One creation: on its way for up to half a window, answered after as long again. */
    const create = async (n: number) => {
      for (;;) {
        const slot = await short.take(db.dataSource.manager);
        if (slot.kind === 'taken') {
          await pause(n % 2 === 0 ? SHORT_WINDOW_MS / 2 : 0);
          arrivalsMs.push(performance.now());
          await pause(n % 3 === 0 ? SHORT_WINDOW_MS / 2 : 0);
          return short.release(db.dataSource.manager, slot.leaseUntil);
        }
        await pause(slot.againInMs / 4);
      }
    };
    await Promise.all(Array.from({ length: 4 * SLOTS }, (_, n) => create(n)));
    arrivalsMs.sort((a, b) => a - b);
    const within = arrivalsMs.map((fromMs) =>
      arrivalsMs.filter((ms) => ms >= fromMs && ms < fromMs + SHORT_WINDOW_MS),
    );
    expect(Math.max(...within.map(({ length }) => length))).toBeLessThanOrEqual(SLOTS);
    expect(arrivalsMs).toHaveLength(4 * SLOTS);
  });
});
