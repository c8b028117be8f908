import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DemoPerson } from '../../sandbox/demo/person.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { waitFor } from '../support/wait-for.js';

describe('a photo becomes a video', () => {
  let test: TestApp;

  beforeAll(async () => {
    test = await startTestApp();
  });

  afterAll(() => test.stop());

  it('takes one credit and delivers one video', async () => {
    const person = DemoPerson.add(test.world.telegram, 'Анна', 'ru');
    person.say('/start');
    await person.fillOrder();
    await person.tap('1:confirm');
    await waitFor(() => person.videos().length === 1, { timeoutMs: 20_000, what: 'the video' });
    const job = await waitFor(
      async () =>
        (
          await test.database.query<{ status: string }>(`select status from jobs where status = 'completed'`)
        )[0],
      { timeoutMs: 5_000, what: 'the completed job' },
    );
    expect(job.status).toBe('completed');
    expect(await test.database.query('select credits from users')).toEqual([{ credits: 1 }]);
  });
});
