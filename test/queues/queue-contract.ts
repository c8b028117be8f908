import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AppError, QueueUnavailableError } from '../../src/platform/index.js';
import { waitFor } from '../support/wait-for.js';
import { soloQueue, Desk, gate, limitedQueue, QueueWorld, workQueue } from './queue-world.js';

/** A backend that the suite can start, lose and find again. */
export interface Backend {
  /** The environment that leads to it. */
  settings(): Record<string, string>;
  /** Takes it away from clients of `settings()`, and gives it back. */
  away(): void;
  back(): void;
  stop(): Promise<void>;
}

class FinalError extends AppError {
  readonly code = 'TEST_FINAL';
}

/** What every backend must do alike: the rest of the system knows only this. */
export function queueContract(name: 'postgres' | 'redis', start: () => Promise<Backend>): void {
  describe(`queues on ${name}`, () => {
    let backend: Backend;
    let desk: Desk;
    let world: QueueWorld;
    let nextN = 0;

    beforeAll(async () => {
      backend = await start();
      desk = new Desk();
      world = await QueueWorld.start(backend.settings(), { desk, serves: [workQueue, limitedQueue] });
      expect(world.backend).toBe(name);
    });

    afterEach(() => desk.plans(() => undefined));

    afterAll(async () => {
      await world.close();
      await backend.stop();
    });

    const runs = (n: number, count: number) =>
      waitFor(() => desk.runsOf(n).length >= count, { what: `${count} run(s) of ${n}` });
    const gone = (id: string) =>
      waitFor(async () => (await world.queue(workQueue).getJob(id)) === undefined, {
        what: `${id} to be gone`,
      });
    const fresh = () => (nextN += 1);

    it('runs what is added, once, and forgets it', async () => {
      const n = fresh();
      await world.queues.add(workQueue, { id: `once-${n}`, payload: { n } });
      await gone(`once-${n}`);
      expect(desk.runsOf(n)).toHaveLength(1);
    });

    it('ignores an id that it still holds, and takes it again once it is done', async () => {
      const n = fresh();
      const wake = { id: `held-${n}`, payload: { n } };
      await world.queues.add(workQueue, { ...wake, delayMs: 150 });
      for (let i = 0; i < 5; i++) await world.queues.add(workQueue, wake);
      expect(desk.runsOf(n)).toHaveLength(0);
      await gone(wake.id);
      expect(desk.runsOf(n)).toHaveLength(1);
      await world.queues.add(workQueue, wake);
      await runs(n, 2);
    });

    it('ignores an id that is being worked on', async () => {
      const n = fresh();
      const { passed, open } = gate();
      desk.plans(() => passed);
      const wake = { id: `busy-${n}`, payload: { n } };
      await world.queues.add(workQueue, wake);
      await runs(n, 1);
      await world.queues.add(workQueue, wake);
      open();
      await gone(wake.id);
      expect(desk.runsOf(n)).toHaveLength(1);
    });

    it('holds a delayed job back for its time', async () => {
      const n = fresh();
      const addedAtMs = performance.now();
      await world.queues.add(workQueue, { id: `delayed-${n}`, payload: { n }, delayMs: 200 });
      await runs(n, 1);
      // A millisecond of rounding: the queue counts whole ones.
      expect((desk.runsOf(n)[0]?.atMs ?? 0) - addedAtMs).toBeGreaterThanOrEqual(199);
    });

    it('puts a job back for as long as its handler says, and counts no attempt for it', async () => {
      const n = fresh();
      const pauses = 6;
      desk.plans((_work, runsOfIt) => (runsOfIt <= pauses ? { againInMs: 30 } : undefined));
      await world.queues.add(workQueue, { id: `again-${n}`, payload: { n } });
      // Three attempts are all that an error gets.
      await runs(n, pauses + 1);
      await gone(`again-${n}`);
      const [first, second] = desk.runsOf(n);
      expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(29);
      expect(desk.runsOf(n)).toHaveLength(pauses + 1);
    });

    it('starts no more jobs in a window than its limit', async () => {
      const ns = Array.from({ length: 6 }, fresh);
      for (const n of ns) await world.queues.add(limitedQueue, { id: `limited-${n}`, payload: { n } });
      await waitFor(() => ns.every((n) => desk.runsOf(n).length === 1), { what: 'the limited jobs' });
      const startsMs = ns.map((n) => desk.runsOf(n)[0]?.atMs ?? 0).sort((a, b) => a - b);
      // Windows are fixed: the end of one and the beginning of the next may lie together, but never three of them.
      const [first = 0] = startsMs;
      expect(startsMs.filter((atMs) => atMs < first + 290).length).toBeLessThanOrEqual(4);
      expect((startsMs.at(-1) ?? 0) - first).toBeGreaterThanOrEqual(290);
    });

    it('never runs a payload that the contract does not know, and never tries it again', async () => {
      const n = fresh();
      const before = desk.runs.length;
      await world
        .queue(workQueue)
        .add('contract-work', { n: 'seven' }, { jobId: `bad-${n}`, removeOnFail: false });
      const job = await waitFor(() => failed(`bad-${n}`), { what: 'the bad payload to fail' });
      expect(job.failedReason).toContain('Bad payload');
      expect(job.attemptsMade).toBe(1);
      expect(desk.runs).toHaveLength(before);
      await job.remove();
    });

    it('tries an error of the infrastructure again', async () => {
      const n = fresh();
      desk.plans((_work, runsOfIt) => {
        if (runsOfIt === 1) throw new Error('the database went away');
      });
      await world.queues.add(workQueue, { id: `error-${n}`, payload: { n } });
      await runs(n, 2);
      await gone(`error-${n}`);
    });

    it('gives up an error after three attempts, and forgets the job', async () => {
      const n = fresh();
      desk.plans(() => {
        throw new Error('always');
      });
      await world.queues.add(workQueue, { id: `always-${n}`, payload: { n } });
      await runs(n, 3);
      await gone(`always-${n}`);
      expect(desk.runsOf(n)).toHaveLength(3);
    });

    it('does not try again what its error calls final', async () => {
      const n = fresh();
      desk.plans(() => {
        throw new FinalError('no use');
      });
      await world.queues.add(workQueue, { id: `final-${n}`, payload: { n } });
      await gone(`final-${n}`);
      expect(desk.runsOf(n)).toHaveLength(1);
    });

    it('puts an overdue wake-up before everything that waits, in the place of the one it replaces', async () => {
      const own = new Desk();
      const alone = await QueueWorld.start(backend.settings(), { desk: own, serves: [soloQueue] });
      const { passed, open } = gate();
      const [blocker, first, second, third] = [fresh(), fresh(), fresh(), fresh()];
      own.plans((work) => (work.n === blocker ? passed : undefined));
      const add = (n: number, id: string, replaces?: string) =>
        alone.queues.add(soloQueue, { id, payload: { n }, replaces });
      await add(blocker, `block-${blocker}`);
      await waitFor(() => own.runsOf(blocker).length === 1, { what: 'the blocker to run' });
      for (const n of [first, second, third]) await add(n, `line-${n}-1`);
      await add(third, `line-${third}-2`, `line-${third}-1`);
      open();
      await waitFor(() => own.runsOf(second).length === 1, { what: 'the end of the line' });
      await alone.close();
      expect(own.runs.map(({ n }) => n)).toEqual([blocker, third, first, second]);
    });

    it('replaces what is being worked on by adding beside it', async () => {
      const n = fresh();
      const { passed, open } = gate();
      desk.plans((_work, runsOfIt) => (runsOfIt === 1 ? passed : undefined));
      await world.queues.add(workQueue, { id: `worked-${n}-1`, payload: { n } });
      await runs(n, 1);
      await world.queues.add(workQueue, {
        id: `worked-${n}-2`,
        payload: { n },
        replaces: `worked-${n}-1`,
      });
      await runs(n, 2);
      open();
      await gone(`worked-${n}-1`);
    });

    it('finishes the job in hand before it closes', async () => {
      const n = fresh();
      const own = new Desk();
      const closing = await QueueWorld.start(backend.settings(), { desk: own, serves: [soloQueue] });
      const { passed, open } = gate();
      let finished = false;
      own.plans(async () => {
        await passed;
        finished = true;
      });
      await closing.queues.add(soloQueue, { id: `inhand-${n}`, payload: { n } });
      await waitFor(() => own.runsOf(n).length === 1, { what: 'the job to start' });
      const finishedWhenClosed = closing.close().then(() => finished);
      open();
      expect(await finishedWhenClosed).toBe(true);
      expect(await world.queue(soloQueue).getJob(`inhand-${n}`)).toBeUndefined();
    });

    it('does not wait for ever for a backend that is away', async () => {
      const n = fresh();
      const own = await QueueWorld.start(backend.settings());
      backend.away();
      try {
        const startedAtMs = performance.now();
        const wake = { id: `away-${n}`, payload: { n } };
        await Promise.all([
          expect(own.queues.add(workQueue, wake)).rejects.toBeInstanceOf(QueueUnavailableError),
          expect(own.queues.tryAdd(workQueue, wake)).resolves.toBeUndefined(),
        ]);
        expect(performance.now() - startedAtMs).toBeLessThan(6_000);
      } finally {
        backend.back();
      }
      await waitFor(() => own.queues.add(workQueue, { id: `back-${n}`, payload: { n } }).then(() => true), {
        timeoutMs: 10_000,
        what: 'the backend to be back',
      });
      await waitFor(() => desk.runsOf(n).length >= 1, { timeoutMs: 15_000, what: 'the workers to be back' });
      await own.close();
    });

    async function failed(id: string) {
      const job = await world.queue(workQueue).getJob(id);
      return job?.failedReason ? job : null;
    }
  });
}
