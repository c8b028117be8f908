/**
 * `node ledger-client.js URL CLIENTS MS`: charges for so long through `create_job_and_consume_credit`, then gives back as much through
 * `refund_credit`, one call and one commit each. In between the jobs fail, all in one statement that is not timed: it is no write of the
 * ledger. Prints `{"pairs", "tookMs"}`.
 */
import pg from 'pg';

const PEOPLE = 1_000;
const CREDITS = 1_000_000;

interface Charge {
  tgUserId: number;
  jobId: string;
}

const [url, clients, chargingMs] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString: url, max: Number(clients) });
await addPeople();
const charges: Charge[] = [];
const chargedInMs = await timed(() => charge(Number(chargingMs)));
await failAll();
const pairs = charges.length;
const refundedInMs = await timed(refund);
console.log(JSON.stringify({ pairs, tookMs: chargedInMs + refundedInMs }));
await pool.end();

/** Those who are there already stay, and get no more. */
async function addPeople(): Promise<void> {
  await pool.query(
    `select register_user(n, null, 'Anna', null, 'ru') from generate_series(1, $1::integer) n`,
    [PEOPLE],
  );
  await pool.query(
    `select add_credits(n, $2, 'bonus', 'bench-' || n) from generate_series(1, $1::integer) n`,
    [PEOPLE, CREDITS],
  );
}

/** Whom it charges goes round, so that clients seldom meet at one balance. */
async function charge(forMs: number): Promise<void> {
  const run = `${Date.now()}`;
  const startedAtMs = performance.now();
  let next = 0;
  await atOnce(async () => {
    while (performance.now() - startedAtMs < forMs) {
      const n = next++;
      const tgUserId = 1 + (n % PEOPLE);
      const { rows } = await pool.query<{ job_id: string }>(
        `select create_job_and_consume_credit($1, 'ugc', $2, 'inputs/1/photo.jpg', 'A red mug')->>'job_id' as job_id`,
        [tgUserId, `bench-${run}-${n}`],
      );
      for (const { job_id: jobId } of rows) charges.push({ tgUserId, jobId });
    }
  });
}

async function failAll(): Promise<void> {
  await pool.query(
    `update jobs set status = 'failed', failure_reason = 'stuck', finished_at = now(), wake_at = null where status = 'queued'`,
  );
}

async function refund(): Promise<void> {
  await atOnce(async () => {
    for (let job = charges.pop(); job; job = charges.pop())
      await pool.query('select refund_credit($1, $2)', [job.tgUserId, job.jobId]);
  });
}

async function atOnce(work: () => Promise<void>): Promise<void> {
  await Promise.all(Array.from({ length: Number(clients) }, work));
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedAtMs = performance.now();
  await work();
  return performance.now() - startedAtMs;
}
