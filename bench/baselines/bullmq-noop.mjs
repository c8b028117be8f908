// Bare BullMQ: `<server url> <jobs> <concurrency>`. Does jobs that do nothing and prints how many a second, after a quarter of them.
import { createPostgresBackend, Queue, setDefaultBackendFactory, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';

const [url = '', ...numbers] = process.argv.slice(2);
const [jobs = 0, concurrency = 1] = numbers.map(Number);
const isPostgres = url.startsWith('postgres');
if (isPostgres) setDefaultBackendFactory(createPostgresBackend);
const connection = isPostgres
  ? new pg.Pool({ connectionString: url, max: 14, options: '-c search_path=bullmq,public' })
  : new Redis(url, { maxRetriesPerRequest: null });
const queue = new Queue('bare', { connection });
const data = { jobId: '6b8d7a3e-2f0c-4c61-9d0e-3a5b1f1e7c11', wakeNumber: 1 };
const opts = { attempts: 3, removeOnComplete: true, removeOnFail: true };
const hundred = Array.from({ length: 100 }, () => ({ name: 'bare', data, opts }));
for (let added = 0; added < jobs; added += hundred.length) await queue.addBulk(hundred);
const worker = new Worker('bare', async () => undefined, { connection, concurrency, autorun: false });
const counted = Math.floor((jobs * 3) / 4);
let done = 0;
let startedAtMs = 0;
worker.on('completed', () => {
  done += 1;
  if (done === jobs - counted) startedAtMs = performance.now();
  if (done < jobs) return;
  process.stdout.write(`${(counted / (performance.now() - startedAtMs)) * 1_000}\n`, () => process.exit());
});
await worker.run();
