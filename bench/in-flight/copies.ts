import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { SandboxError } from '../../sandbox/errors.js';
import type { FakeKie } from '../../sandbox/kie/index.js';
import { BELL_OPTIONS, openQueue, type Places } from '../product-queue.js';

/** Ids of today's accounts are above 32 bits. */
const CHAT_ID_FIRST = 7_000_000_001;
const BATCH = 500;
/** Tables of a generation in flight with the columns in which the copies differ from the row that the product wrote. */
const COPIES = [
  ['users', `'id', c.user_id, 'tg_user_id', c.chat_id, 'username', null`],
  [
    'jobs',
    `'id', c.job_id, 'user_id', c.user_id, 'order_id', c.order_id, 'idempotency_key', 'draft-' || c.order_id,
     'wake_at', clock_timestamp() + c.due_in_ms * interval '1 ms'`,
  ],
  ['kie_tasks', `'id', c.task_row_id, 'job_id', c.job_id, 'task_id', c.task_id`],
  ['progress_messages', `'order_id', c.order_id, 'user_id', c.user_id, 'chat_id', c.chat_id`],
] as const;

/** One generation in flight. */
export interface Copy {
  chatId: number;
  jobId: string;
  /** At KIE. */
  taskId: string;
}

/**
 * Makes thousands of one generation that the product itself has brought to the step `generate`: its rows, with other ids, a running task at KIE
 * for each, and the delayed bell of its next poll, at some moment of the interval of polls.
 *
 * @throws SandboxError when there is not exactly one such job.
 */
export async function copyGeneration(
  { places, kie, publicUrl }: { places: Places; kie: FakeKie; publicUrl: string },
  { count, pollIntervalMs }: { count: number; pollIntervalMs: number },
): Promise<Copy[]> {
  const pool = new pg.Pool({
    connectionString: places.databaseUrl,
    max: 2,
    options: '-c search_path=public,bullmq',
  });
  try {
    const original = await findOriginal(pool);
    const rows = Array.from({ length: count }, (_, index) => {
      const taskRowId = randomUUID();
      const taskId = kie.copyTask(original.taskId, `${publicUrl}/webhooks/kie/${taskRowId}`);
      const dueInMs = Math.round(((index + 1) / count) * pollIntervalMs);
      return {
        ...{ chatId: CHAT_ID_FIRST + index, jobId: randomUUID(), orderId: randomUUID() },
        ...{ taskRowId, taskId, dueInMs },
      };
    });
    for (let first = 0; first < count; first += BATCH) await insert(pool, rows.slice(first, first + BATCH));
    await ring(places, rows, original.wakeNumber);
    return rows;
  } finally {
    await pool.end();
  }
}

async function findOriginal(pool: pg.Pool): Promise<{ taskId: string; wakeNumber: number }> {
  const { rows } = await pool.query<{ task_id: string; wake_number: number }>(
    `select t.task_id, j.wake_number from jobs j join kie_tasks t on t.job_id = j.id
      where j.status = 'processing' and j.step = 'generate' and t.state = 'running'`,
  );
  const [row] = rows;
  if (!row || rows.length > 1) throw new SandboxError(`${rows.length} generations are in flight, not one.`);
  return { taskId: row.task_id, wakeNumber: row.wake_number };
}

interface NewRow extends Copy {
  orderId: string;
  taskRowId: string;
  dueInMs: number;
}

/** The first row of each table is the product's own. */
async function insert(pool: pg.Pool, rows: readonly NewRow[]): Promise<void> {
  const inserts = COPIES.map(
    ([table, differences]) =>
      `${table}_copies as (insert into ${table}
         select (jsonb_populate_record(null::${table}, o.row || jsonb_build_object(${differences}))).*
           from copies c, (select to_jsonb(t) as row from ${table} t order by ${table === 'progress_messages' ? 'edited_at' : 'created_at'} limit 1) o)`,
  );
  await pool.query(
    `with copies as (
       select gen_random_uuid() as user_id, r."chatId" as chat_id, r."jobId" as job_id, r."orderId" as order_id,
              r."taskRowId" as task_row_id, r."taskId" as task_id, r."dueInMs" as due_in_ms
         from jsonb_to_recordset($1) as r("chatId" bigint, "jobId" uuid, "orderId" uuid, "taskRowId" uuid, "taskId" text, "dueInMs" int)),
     ${inserts.join(', ')} select`,
    [JSON.stringify(rows)],
  );
}

/** As the product does after its commit. */
async function ring(places: Places, rows: readonly NewRow[], wakeNumber: number): Promise<void> {
  const bells = openQueue(places, 'poll-task');
  for (let first = 0; first < rows.length; first += BATCH)
    await bells.queue.addBulk(
      rows.slice(first, first + BATCH).map(({ jobId, dueInMs }) => ({
        name: 'poll-task',
        data: { jobId, wakeNumber },
        opts: { ...BELL_OPTIONS, jobId: `generate-${jobId}-${wakeNumber}`, delay: dueInMs },
      })),
    );
  await bells.close();
}
