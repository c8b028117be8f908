import type { Job } from 'bullmq';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../src/platform/index.js';
import { waitFor } from '../support/wait-for.js';
import { Desk, gate, limitedQueue, QUEUES, QueueWorld, soloQueue, workQueue } from './queue-world.js';
import { queueTroubles, type QueueServer } from './queue-troubles.js';

class FinalError extends AppError {
  readonly code = 'TEST_FINAL';
}

/** What every backend must do alike: the rest of the system knows only this. The cases run side by side. */
export function queueContract(name: 'postgres' | 'redis', start: () => Promise<QueueServer>): void {
  describe.concurrent(`queues on ${name}`, () => {
    let server: QueueServer;
    let desk: Desk;
    let world: QueueWorld;
    let nextN = 0;

    beforeAll(async () => {
      server = await start();
      desk = new Desk();
      const work = { desk, serves: [workQueue, limitedQueue], addsTo: QUEUES };
      world = await QueueWorld.start(server.settings(server.url), work);
      expect(world.backend).toBe(name);
    });

    afterAll(async () => {
      await world.close();
      await server.stop();
    });

    const runs = (n: number, count: number) =>
      waitFor(() => desk.runsOf(n).length >= count, { what: `${count} run(s) of ${n}`, timeoutMs: 15_000 });
    const gone = (id: string) =>
      waitFor(async () => (await world.queue(workQueue).getJob(id)) === undefined, {
        what: `${id} to be gone`,
        timeoutMs: 15_000,
      });
    const fresh = () => (nextN += 1);

    queueTroubles(() => ({ server, world, fresh }));

    it('runs what is added, once, and forgets it', async () => {
      const n = fresh();
      await world.queues.add(workQueue, { id: `once-${n}`, payload: { n } });
      await gone(`once-${n}`);
      expect(desk.runsOf(n)).toHaveLength(1);
    });

    it('ignores an id that it still holds, and takes it again once it is done', async () => {
      const n = fresh();
      const wake = { id: `held-${n}`, payload: { n } };
      await world.queues.add(workQueue, { ...wake, delayMs: 3_000 });
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
      desk.plan(n, () => passed);
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
      desk.plan(n, (runsOfIt) => (runsOfIt <= pauses ? { againInMs: 30 } : undefined));
      await world.queues.add(workQueue, { id: `again-${n}`, payload: { n } });
      // Three attempts are all that an error gets.
      await runs(n, pauses + 1);
      await gone(`again-${n}`);
      const [first, second] = desk.runsOf(n);
      expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(29);
      expect(desk.runsOf(n)).toHaveLength(pauses + 1);
    });

    it('never runs a payload that the contract does not know, and never tries it again', async () => {
      const n = fresh();
      await world
        .queue(workQueue)
        .add('contract-work', { n: `seven ${n}` }, { jobId: `bad-${n}`, removeOnFail: false });
      const job = await waitFor(() => failed(`bad-${n}`), { what: 'the bad payload to fail' });
      expect(job.failedReason).toContain('Bad payload');
      expect(job.attemptsMade).toBe(1);
      expect(desk.runsOf(`seven ${n}`)).toHaveLength(0);
      await job.remove();
    });

    it('F-42 tries a job whose handler throws again, and never takes the error for success', async () => {
      const n = fresh();
      const ends: string[] = [];
      const worker = world.workerOf(workQueue);
      for (const end of ['completed', 'failed'] as const) {
        worker.on(end, (job: Job | undefined) => void (job?.id === `error-${n}` && ends.push(end)));
      }
      desk.plan(n, (runsOfIt) => {
        if (runsOfIt === 1) throw new Error('the database went away');
      });
      await world.queues.add(workQueue, { id: `error-${n}`, payload: { n } });
      await runs(n, 2);
      await gone(`error-${n}`);
      await waitFor(() => ends.length > 1, { what: 'both ends to be told' });
      expect(ends).toEqual(['failed', 'completed']);
      expect(desk.runsOf(n)).toHaveLength(2);
    });

    it('gives up an error after three attempts, and forgets the job', async () => {
      const n = fresh();
      desk.plan(n, () => {
        throw new Error('always');
      });
      await world.queues.add(workQueue, { id: `always-${n}`, payload: { n } });
      await runs(n, 3);
      await gone(`always-${n}`);
      expect(desk.runsOf(n)).toHaveLength(3);
    });

    it('does not try again what its error calls final', async () => {
      const n = fresh();
      desk.plan(n, () => {
        throw new FinalError('no use');
      });
      await world.queues.add(workQueue, { id: `final-${n}`, payload: { n } });
      await gone(`final-${n}`);
      expect(desk.runsOf(n)).toHaveLength(1);
    });

    it('puts an overdue wake-up before everything that waits, in the place of the one it replaces', async () => {
      const line = soloQueue('line');
      const own = new Desk();
      const alone = await QueueWorld.start(server.settings(server.url), { desk: own, serves: [line] });
      const { passed, open } = gate();
      const [blocker, first, second, third] = [fresh(), fresh(), fresh(), fresh()];
      own.plan(blocker, () => passed);
      const add = (n: number, id: string, replaces?: string) =>
        alone.queues.add(line, { id, payload: { n }, replaces });
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
      desk.plan(n, (runsOfIt) => (runsOfIt === 1 ? passed : undefined));
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
      const queue = soloQueue('closing');
      const closing = await QueueWorld.start(server.settings(server.url), { desk: own, serves: [queue] });
      const { passed, open } = gate();
      let finished = false;
      own.plan(n, async () => {
        await passed;
        finished = true;
      });
      await closing.queues.add(queue, { id: `inhand-${n}`, payload: { n } });
      await waitFor(() => own.runsOf(n).length === 1, { what: 'the job to start' });
      const finishedWhenClosed = closing.close().then(() => finished);
      open();
      expect(await finishedWhenClosed).toBe(true);
      expect(await world.queue(queue).getJob(`inhand-${n}`)).toBeUndefined();
    });

    it('F-28 F-31 shares work between processes: each job once, and no more in a window than the limit of all', async () => {
      const shared = soloQueue('shared');
      const desks = [new Desk(), new Desk()];
      const worlds = await Promise.all(
        desks.map((own) =>
          QueueWorld.start(server.settings(server.url), { desk: own, serves: [shared, limitedQueue] }),
        ),
      );
      const many = Array.from({ length: 40 }, fresh);
      const limited = Array.from({ length: 6 }, fresh);
      const { passed, open } = gate();
      // Whoever comes first holds one, so that the other cannot be left without.
      for (const own of desks) own.plan(many[0] ?? 0, () => passed);
      const addAll = (queue: typeof shared, ns: number[]) =>
        Promise.all(ns.map((n) => world.queues.add(queue, { id: `shared-${n}`, payload: { n } })));
      await addAll(shared, many);
      await addAll(limitedQueue, limited);
      const all = () => [...desk.runs, ...desks.flatMap((own) => own.runs)];
      await waitFor(() => [...many, ...limited].every((n) => all().some((run) => run.n === n)), {
        what: 'all jobs',
        timeoutMs: 15_000,
      });
      open();
      await Promise.all(worlds.map((one) => one.close()));
      for (const n of [...many, ...limited]) expect(all().filter((run) => run.n === n)).toHaveLength(1);
      for (const own of desks) {
        expect(own.runs.filter((run) => run.queue === shared.name).length).toBeGreaterThan(0);
      }
      const startsMs = all().filter((run) => limited.includes(run.n as number));
      expectWithinLimit(startsMs.map(({ atMs }) => atMs));
    });

    async function failed(id: string) {
      const job = await world.queue(workQueue).getJob(id);
      return job?.failedReason ? job : null;
    }
  });
}

/** Six starts of the queue of which 2 may start in 300 ms. */
function expectWithinLimit(startsMs: number[]): void {
  const sorted = startsMs.sort((a, b) => a - b);
  const [first = 0] = sorted;
  // Windows are fixed: the end of one and the beginning of the next may lie together, but never three of them.
  expect(sorted.filter((atMs) => atMs < first + 290).length).toBeLessThanOrEqual(4);
  expect((sorted.at(-1) ?? 0) - first).toBeGreaterThanOrEqual(290);
}
