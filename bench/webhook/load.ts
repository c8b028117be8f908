/** Telegram, as far as it posts updates: a process of its own that does what it is told and says what came of it. */
import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { percentileOf } from '../measurement.js';
import { startUpdate } from './updates.js';

/** Updates to post. */
export interface Load {
  /** The webhook's whole address. */
  url: string;
  secret: string;
  /** The id of the first update; the others count on. */
  firstUpdateId: number;
  /** So many write, one after the other. */
  people: number;
  pace: AtOnce | AtRate;
}

/** Each connection posts the next update when its last one was answered, for so long and until there were so many. */
export interface AtOnce {
  connections: number;
  forMs: number;
  updatesMin: number;
}

/** By the clock, however long the answers take. */
export interface AtRate {
  perS: number;
  updates: number;
}

/** What came of it. */
export interface LoadOutcome {
  posted: number;
  /** Answered 200. */
  answered: number;
  /** What else was answered, and errors, the first of them. */
  trouble: string | null;
  /** From the first post to the last answer. */
  tookMs: number;
  /** From when an update was due until it was answered. */
  p50Ms: number;
  p99Ms: number;
}

const MS_PER_S = 1_000;

class LoadRun {
  private posted = 0;
  private trouble: string | null = null;
  private readonly latenciesMs: number[] = [];
  private readonly agent = new Agent({ keepAlive: true });

  constructor(private readonly load: Load) {}

  async run(): Promise<LoadOutcome> {
    const { pace } = this.load;
    const startedAtMs = performance.now();
    await ('perS' in pace ? this.atRate(pace) : this.atOnce(pace));
    const tookMs = performance.now() - startedAtMs;
    this.agent.destroy();
    const latencies = this.latenciesMs.length > 0 ? this.latenciesMs : [Infinity];
    const { posted, trouble } = this;
    return {
      ...{ posted, trouble, tookMs, answered: this.latenciesMs.length },
      ...{ p50Ms: percentileOf(latencies, 0.5), p99Ms: percentileOf(latencies, 0.99) },
    };
  }

  private async atOnce({ connections, forMs, updatesMin }: AtOnce): Promise<void> {
    const endMs = performance.now() + forMs;
    const connection = async () => {
      while (performance.now() < endMs || this.posted < updatesMin) await this.post(performance.now());
    };
    await Promise.all(Array.from({ length: connections }, connection));
  }

  /** An update that could not be posted in time has waited since it was due (no coordinated omission). */
  private async atRate({ perS, updates }: AtRate): Promise<void> {
    const startedAtMs = performance.now();
    const posts: Promise<void>[] = [];
    while (posts.length < updates) {
      const dueAtMs = startedAtMs + (posts.length * MS_PER_S) / perS;
      const waitMs = dueAtMs - performance.now();
      if (waitMs > 0) await pause(waitMs);
      posts.push(this.post(dueAtMs));
    }
    await Promise.all(posts);
  }

  private async post(dueAtMs: number): Promise<void> {
    const number = this.posted++;
    const { firstUpdateId, people } = this.load;
    const updateId = firstUpdateId + number;
    try {
      const status = await this.send(startUpdate(updateId, updateId % people));
      if (status === 200) this.latenciesMs.push(performance.now() - dueAtMs);
      else this.trouble ??= `HTTP ${status}`;
    } catch (error) {
      this.trouble ??= String(error);
    }
  }

  private send(body: string): Promise<number> {
    const headers = {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(body),
      'X-Telegram-Bot-Api-Secret-Token': this.load.secret,
    };
    return new Promise((resolve, reject) => {
      const call = request(this.load.url, { method: 'POST', agent: this.agent, headers }, (answer) => {
        answer.resume();
        answer.once('end', () => resolve(answer.statusCode ?? 0));
        answer.once('error', reject);
      });
      call.once('error', reject);
      call.end(body);
    });
  }
}

process.send?.({ port: 0 });
process.on(
  'message',
  (load: Load) => void new LoadRun(load).run().then((outcome) => process.send?.(outcome)),
);
process.on('disconnect', () => process.exit());
