import { setTimeout as pause } from 'node:timers/promises';
import type { CallOnItsWay } from '../../sandbox/fake-server.js';
import { until } from '../../sandbox/until.js';
import type { BenchContext } from '../measurement.js';
import { WAIT, WORKER, type RecoverySystem } from './system.js';

/** Videos whose prompt is being written when the worker dies. */
export const HELD_JOBS = 5;
/** BullMQ renews a lock of 10 s every 5 s: how much of it is left at a kill depends on when the kill is. */
const RENEWAL_MS = 5_000;
/** What says which video a prompt is for; it passes from the description to OpenAI. */
const MARK = /\[\[held:(\d+)\]\]/;

/** What a kill of the worker came to, a value for each round. */
export interface WorkerKilled {
  /** From the kill until the last of the steps that it was in the middle of was begun again. */
  stepAgainS: number[];
  /** From the kill until the process that came next was ready. */
  readyS: number[];
}

/**
 * OpenAI takes its time over some prompts, the worker dies with all of them in hand, and its supervisor starts it again at once: again and
 * again, at moments spread evenly over the interval in which locks are renewed.
 */
export async function killWorker(
  system: RecoverySystem,
  { rounds, tell }: Pick<BenchContext, 'rounds' | 'tell'>,
): Promise<WorkerKilled> {
  const { app, backend, door } = system;
  const begun = new Set<string>();
  const stopNoting = door.onCall((call) => {
    const mark = markOf(call);
    if (mark) begun.add(mark);
  });
  door.holds = (call) => markOf(call) !== null;
  await orderPrompts(system);
  await until(`${HELD_JOBS} prompts begun`, () => begun.size === HELD_JOBS, WAIT);
  const measured: WorkerKilled = { stepAgainS: [], readyS: [] };
  for (let round = 1; round <= rounds; round++) {
    await pause(((round - 0.5) / rounds) * RENEWAL_MS);
    begun.clear();
    const killedAtMs = performance.now();
    const secondsSince = () => (performance.now() - killedAtMs) / 1_000;
    const [readyS, stepAgainS] = await Promise.all([
      app.restartOne(WORKER, { kill: true }).then(secondsSince),
      until(`${HELD_JOBS} prompts begun again`, () => begun.size === HELD_JOBS, WAIT).then(secondsSince),
    ]);
    measured.readyS.push(readyS);
    measured.stepAgainS.push(stepAgainS);
    tell(
      `${backend}, round ${round}: worker killed, ready in ${readyS.toFixed(1)} s, its steps begun again in ${stepAgainS.toFixed(1)} s`,
    );
  }
  stopNoting();
  door.holds = () => false;
  return measured;
}

async function orderPrompts(system: RecoverySystem): Promise<void> {
  const people = await system.addPeople(HELD_JOBS);
  await Promise.all(
    people.map(async (person, index) => {
      await person.fillOrder({ description: `A steel mug that keeps tea hot [[held:${index}]]` });
      await person.tap('1:confirm:');
    }),
  );
}

/** Which video a call is to write the prompt of; null for every other call. */
function markOf({ path, body }: CallOnItsWay): string | null {
  if (path !== '/v1/responses') return null;
  return MARK.exec(JSON.stringify(body))?.[1] ?? null;
}
