import { expect, it } from 'vitest';
import type { DataSource } from 'typeorm';
import type { Env, QueueContract, Queues, Wake } from '../../platform/index.js';
import type { ProgressRepository } from './progress.repository.js';
import { ProgressService } from './progress.service.js';

it('lets videos and notices go before edits, the summary of an order that is over among them', async () => {
  const wakes: Wake<unknown>[] = [];
  const queues = {
    tryAdd: (_contract: QueueContract<unknown>, wake: Wake<unknown>) =>
      Promise.resolve(void wakes.push(wake)),
  };
  const service = new ProgressService(
    {} as DataSource,
    {} as ProgressRepository,
    queues as unknown as Queues,
    {} as Env,
  );
  const edit = { orderId: 'a', edition: '1', waitMs: 500 };
  await service.wake({ ...edit, over: false });
  await service.wake({ ...edit, over: true });
  expect(wakes.map(({ delayMs, last }) => [delayMs, last])).toEqual([
    [500, true],
    [0, true],
  ]);
});
