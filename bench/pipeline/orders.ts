import { randomUUID } from 'node:crypto';
import { link, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { readAsset } from '../../sandbox/assets/index.js';
import { BELL_OPTIONS, openQueue, type OpenQueue, type Places } from '../product-queue.js';

/** Ids of today's accounts are above 32 bits. Nobody orders twice, whichever desk makes the order. */
let nextChatId = 6_000_000_001;
const BATCH = 100;
const DESCRIPTION = 'Термокружка 450 мл, нержавеющая сталь, держит тепло 6 часов, не протекает в сумке';

/** Where the orders go. */
export interface OrderPlaces extends Places {
  storageFolder: string;
}

/** An order of one video that waits for its first step. */
interface Order {
  jobId: string;
  wakeNumber: number;
}

/**
 * People, each with a photo, an order of one video and its progress message, as the bot leaves them behind: registered and charged by the
 * product's own SQL functions, the bell of the first step in the queue.
 */
export class OrderDesk {
  private readonly pool: pg.Pool;
  private readonly bells: OpenQueue;

  constructor(private readonly places: OrderPlaces) {
    this.pool = new pg.Pool({ connectionString: places.databaseUrl, max: 2 });
    this.bells = openQueue(places, 'write-prompt');
  }

  /** Makes so many orders, each by a person of its own. Returns their chats. */
  async order(count: number): Promise<Set<number>> {
    const photo = await this.putPhoto();
    const chats = Array.from({ length: count }, () => nextChatId++);
    for (let first = 0; first < count; first += BATCH) {
      const orders: Order[] = [];
      for (const chatId of chats.slice(first, first + BATCH)) orders.push(await this.charge(chatId, photo));
      await this.ring(orders);
    }
    return new Set(chats);
  }

  /** Keeps what is ordered from being begun, over all processes. */
  async pause(): Promise<void> {
    await this.bells.queue.pause();
  }

  /** Lets it begin. */
  async resume(): Promise<void> {
    await this.bells.queue.resume();
  }

  async close(): Promise<void> {
    await this.bells.close();
    await this.pool.end();
  }

  private async putPhoto(): Promise<string> {
    const path = join(this.places.storageFolder, `${randomUUID()}.jpg`);
    await writeFile(path, readAsset('photos/mug.jpg'));
    return path;
  }

  private async charge(chatId: number, photo: string): Promise<Order> {
    const photoPath = `inputs/${chatId}/${randomUUID()}.jpg`;
    const file = join(this.places.storageFolder, photoPath);
    await mkdir(dirname(file), { recursive: true });
    await link(photo, file);
    await this.pool.query(`select register_user($1, null, 'Anna', null, 'ru', 2, null, true)`, [chatId]);
    const { rows } = await this.pool.query<{ answer: { order_id: string; job_id: string } }>(
      `select create_job_and_consume_credit($1, 'ugc', $2, $3, $4, 1, 1, $5) as answer`,
      [chatId, `draft-${randomUUID()}`, photoPath, DESCRIPTION, { kind: 'neurocard', language: 'ru' }],
    );
    const { order_id: orderId, job_id: jobId } = rows[0]?.answer ?? { order_id: '', job_id: '' };
    await this.pool.query(
      `insert into progress_messages (order_id, user_id, chat_id, message_id, wanted, shown, edited_at)
       select $1, id, $2, 10, $3, '[]', clock_timestamp() from users where tg_user_id = $2`,
      [orderId, chatId, JSON.stringify([{ position: 1, stage: 'prompt', place: 1 }])],
    );
    const job = await this.pool.query<{ wake_number: number }>('select wake_number from jobs where id = $1', [
      jobId,
    ]);
    return { jobId, wakeNumber: job.rows[0]?.wake_number ?? 0 };
  }

  private async ring(orders: readonly Order[]): Promise<void> {
    await this.bells.queue.addBulk(
      orders.map(({ jobId, wakeNumber }) => ({
        name: 'write-prompt',
        data: { jobId, wakeNumber },
        opts: { ...BELL_OPTIONS, jobId: `prompt-${jobId}-${wakeNumber}` },
      })),
    );
  }
}
