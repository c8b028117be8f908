import { expect, it } from 'vitest';
import type { Env, Queues, Wake } from '../../platform/index.js';
import { JobWakeUps } from './job-wake-ups.js';
import type { OrderProgress } from './order-progress.js';

it('each wake-up of a step has an id of its own, or a queue that still holds the one before would ignore it', async () => {
  const ids: string[] = [];
  const queues = {
    tryAdd: (_contract: unknown, { id }: Wake<unknown>) => Promise.resolve(void ids.push(id)),
  } as unknown as Queues;
  const wakeUps = new JobWakeUps(queues, {} as OrderProgress, {} as Env);
  for (const wakeNumber of [1, 2]) {
    await wakeUps.wake('a', 'create', wakeNumber);
    await wakeUps.wake('a', 'deliver', wakeNumber);
  }
  expect(ids).toEqual(['create-a-1', 'deliver-a-1', 'create-a-2', 'deliver-a-2']);
});
