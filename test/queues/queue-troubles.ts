import { join } from 'node:path';
import type { Worker } from 'bullmq';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { QueueUnavailableError } from '../../src/platform/index.js';
import { CuttableProxy } from '../bot/cuttable-proxy.js';
import { build, Program } from '../process/programs.js';
import { waitFor } from '../support/wait-for.js';
import { Desk, gate, queueEnvironment, QueueWorld, soloQueue } from './queue-world.js';

/** A server that holds queues. */
export interface QueueServer {
  url: string;
  /** The environment that leads to it by way of this address, its own or a proxy's. */
  settings(url: string): Record<string, string>;
  stop(): Promise<void>;
}

/** What the cases of one backend share. */
interface Given {
  server: QueueServer;
  /** Adds to all queues, and works for none of those used here. */
  world: QueueWorld;
  /** A number that no other case has. */
  fresh: () => number;
}

type Solo = ReturnType<typeof soloQueue>;

const WORKER = join(import.meta.dirname, 'worker-process.mjs');
/** In which an add is given up. */
const ADD_TIMEOUT_MS = 5_000;
/** For a busy machine. */
const SLACK_MS = 2_500;
/** In which a killed worker's step must run again. */
const TAKEN_OVER_MS = 15_000;
/** Connections that say nothing are given up after 7 s (PostgreSQL) or 12 s (Redis). */
const SILENCE_OVER_MS = 30_000;

/** What every backend must survive alike: workers and connections that die or freeze. */
export function queueTroubles(given: () => Given): void {
  const workers: Program[] = [];

  beforeAll(build);

  // Also those that a failed case has left frozen.
  afterAll(() => Promise.all(workers.map((worker) => worker.destroy())));

  /** A process that has taken the job and holds it. */
  async function workerWith(queue: Solo, n: number): Promise<Program> {
    const { server, world } = given();
    const worker = Program.start([WORKER, queue.name], {
      env: queueEnvironment(server.settings(server.url)),
    });
    workers.push(worker);
    await world.queues.add(queue, { id: `held-${n}`, payload: { n } });
    await worker.says(new RegExp(`took ${n}`));
    return worker;
  }

  it('F-54 runs the step of a killed worker again within 15 s, once', async () => {
    const { world, fresh } = given();
    const queue = soloQueue('killed');
    const n = fresh();
    const worker = await workerWith(queue, n);
    const { desk, survivor } = await survivorOf(given(), queue);
    await worker.destroy();
    const killedAtMs = performance.now();
    await waitFor(() => desk.runsOf(n).length > 0, { what: 'the second run', timeoutMs: TAKEN_OVER_MS });
    expect((desk.runsOf(n)[0]?.atMs ?? Infinity) - killedAtMs).toBeLessThan(TAKEN_OVER_MS);
    await waitFor(async () => !(await world.queue(queue).getJob(`held-${n}`)), { what: 'its end' });
    expect(desk.runsOf(n)).toHaveLength(1);
    await survivor.close();
  });

  it('F-54 runs the step of a worker that lost its lock twice at most, whatever the first one says then', async () => {
    const { world, fresh } = given();
    const queue = soloQueue('frozen');
    const n = fresh();
    const worker = await workerWith(queue, n);
    const { desk, survivor } = await survivorOf(given(), queue);
    const { passed, open } = gate();
    desk.plan(n, () => passed);
    worker.kill('SIGSTOP');
    await waitFor(() => desk.runsOf(n).length > 0, { what: 'the second run', timeoutMs: TAKEN_OVER_MS });
    worker.kill('SIGCONT');
    worker.kill('SIGUSR2');
    await worker.says(new RegExp(`finished ${n}`));
    await worker.says(/trouble: .*(lock|active)/i);
    expect(await world.queue(queue).getJob(`held-${n}`)).toBeDefined();
    open();
    await waitFor(async () => !(await world.queue(queue).getJob(`held-${n}`)), { what: 'its end' });
    expect(desk.runsOf(n)).toHaveLength(1);
    await survivor.close();
  });

  it('F-55 goes on when its server is back, and does not wait for ever while it is away', async () => {
    const { fresh } = given();
    const { proxy, desk, cutOff, queue } = await behindProxy(given(), 'cut');
    const wake = (n: number) => ({ id: `away-${n}`, payload: { n } });
    proxy.cut();
    const startedAtMs = performance.now();
    await expect(cutOff.queues.add(queue, wake(fresh()))).rejects.toBeInstanceOf(QueueUnavailableError);
    await expect(cutOff.queues.tryAdd(queue, wake(fresh()))).resolves.toBeUndefined();
    expect(performance.now() - startedAtMs).toBeLessThan(ADD_TIMEOUT_MS + SLACK_MS);
    proxy.mend();
    const n = fresh();
    await waitFor(() => cutOff.queues.add(queue, wake(n)).then(() => true), {
      timeoutMs: 10_000,
      what: 'the server to be back',
    });
    await waitFor(() => desk.runsOf(n).length > 0, { timeoutMs: 10_000, what: 'the worker to be back' });
    await cutOff.close();
    await proxy.close();
  });

  it('F-55 goes on with new connections when the old ones have fallen silent', async () => {
    const { world, fresh } = given();
    const { proxy, desk, cutOff, queue } = await behindProxy(given(), 'silent');
    proxy.silence();
    const startedAtMs = performance.now();
    const wake = () => ({ id: `silent-${startedAtMs}`, payload: { n: 0 } });
    await expect(cutOff.queues.add(queue, wake())).rejects.toBeInstanceOf(QueueUnavailableError);
    const refusedAtMs = performance.now();
    // An order of five videos, or a cron with many rows: only the first waits for a server that has just not answered.
    for (let i = 0; i < 5; i++) await cutOff.queues.tryAdd(queue, wake());
    expect(performance.now() - refusedAtMs).toBeLessThan(SLACK_MS);
    proxy.mend();
    const n = fresh();
    await world.queues.add(queue, { id: `silent-${n}`, payload: { n } });
    await waitFor(() => desk.runsOf(n).length > 0, {
      timeoutMs: SILENCE_OVER_MS,
      what: 'the worker to be back',
    });
    await cutOff.close();
    await proxy.close();
  }, 60_000);
}

async function survivorOf({ server }: Given, queue: Solo) {
  const desk = new Desk();
  const survivor = await QueueWorld.start(server.settings(server.url), { desk, serves: [queue] });
  return { desk, survivor };
}

/** A process whose way to the server the test can spoil. Its worker has worked, and now waits for a job that is due in an hour. */
async function behindProxy({ server, fresh }: Given, name: 'cut' | 'silent') {
  const queue = soloQueue(name);
  const proxy = await CuttableProxy.to(server.url);
  const desk = new Desk();
  const cutOff = await QueueWorld.start(server.settings(proxy.url), { desk, serves: [queue] });
  const waitsS = recordWaits(cutOff.workerOf(queue));
  const n = fresh();
  await cutOff.queues.add(queue, { id: `near-${n}`, payload: { n } });
  await waitFor(() => desk.runsOf(n).length === 1, { what: 'the first job' });
  const before = waitsS.length;
  await cutOff.queues.add(queue, { id: `far-${n}`, payload: { n: 0 }, delayMs: 3_600_000 });
  await waitFor(() => waitsS.length > before, { what: 'the worker to wait for it' });
  return { proxy, desk, cutOff, queue };
}

/** From now on, how long a worker lets its backend wait for a job, each time. */
function recordWaits(worker: Worker): number[] {
  const waitsS: number[] = [];
  const { backend } = worker as unknown as { backend: { waitForJob: (waitS: number) => Promise<unknown> } };
  const waitForJob = backend.waitForJob.bind(backend);
  backend.waitForJob = (waitS) => {
    waitsS.push(waitS);
    return waitForJob(waitS);
  };
  return waitsS;
}
