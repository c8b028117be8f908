import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HELD_BACK } from '../../src/modules/notifications/index.js';
import { createAuditedWorld, type AuditedWorld } from '../credits/audited-world.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { ConsoleWorld } from './console-world.js';

export const KIE_KEY = 'a-secret-key-of-kie';
export const PHOTO = Buffer.from('the bytes of a photo');

/** A console with something to show, and an operator who is logged in. */
export interface FilledConsole {
  world: ConsoleWorld;
  /** The rows that it shows. */
  filled: AuditedWorld;
  stop(): Promise<void>;
}

export async function startFilledConsole(): Promise<FilledConsole> {
  const storage = await mkdtemp(join(tmpdir(), 'neurocards-test-console-'));
  const db = await createTestDatabase();
  const filled = await createAuditedWorld(db);
  const world = await ConsoleWorld.start(db, {
    STORAGE_BASE_PATH: storage,
    KIE_API_KEY: KIE_KEY,
    KIE_CREDIT_PRICE_KOPECKS: '45.5',
  });
  await enrich(db, filled, storage);
  await world.logIn();
  const stop = async () => {
    await world.stop();
    await rm(storage, { recursive: true });
  };
  return { world, filled, stop };
}

/** Gives the rows of the audited world a past, and answers of providers that hold what must not be shown. */
async function enrich(db: TestDatabase, filled: AuditedWorld, storage: string): Promise<void> {
  const { completed, failed } = filled.jobs;
  const photo = `inputs/${filled.user.tgUserId}/0198c0de-0000-4000-8000-000000000000.jpg`;
  await mkdir(join(storage, 'inputs', String(filled.user.tgUserId)), { recursive: true });
  await writeFile(join(storage, photo), PHOTO);
  await db.query(
    `update users set username = 'Mug_Seller', first_name = 'Анна', last_name = 'Котова' where id = $1`,
    [filled.user.id],
  );
  await db.query('update jobs set photo_path = $2, model = $3 where id = $1', [
    completed,
    photo,
    'veo3_fast',
  ]);
  // Of a photo that is not kept any more.
  await db.query('update jobs set photo_path = $2 where id = $1', [failed, photo.replace(/0000/, '1111')]);
  await db.query(`update jobs set created_at = finished_at - interval '4 minutes' where id = $1`, [
    completed,
  ]);
  await db.query(
    `update kie_tasks set task_id = 'kie-task-77', credits_consumed = 60, finished_at = now(), model = 'veo3_fast'
      where job_id = $1 and state = 'succeeded'`,
    [completed],
  );
  await db.query('update kie_tasks set error_details = $2 where job_id = $1', [
    failed,
    { param: `{"callBackUrl":"https://bot.example/webhooks/kie/${failed}"}`, apiKey: KIE_KEY, msg: 'busy' },
  ]);
  await db.query(`insert into job_events (job_id, event, details) values ($1, 'fail', $2)`, [
    failed,
    { report: 'task_failed', token: 'a-secret-token' },
  ]);
  await db.query(
    `insert into notices (user_id, kind, cause, payload, dropped_at, last_error)
     values ($1, 'job_failed', $2, $3, now(), 'chat not found')`,
    [filled.user.id, `job-failed-${failed}`, { jobId: failed }],
  );
  // Counted in a summary, and not given up.
  await db.query(
    `insert into notices (user_id, kind, cause, payload, dropped_at, last_error)
     values ($1, 'refund_failed', 'held-back', '{}', now(), $2)`,
    [filled.user.id, HELD_BACK],
  );
}
