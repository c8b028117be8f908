import { conflict } from '../errors.js';
import type { BotQuery } from '../query.js';
import type { World } from '../world.js';
import type { PendingUpdate } from './update-queue.js';

const TIMEOUT_S_MAX = 50;
const CONFLICT_PAUSE_MS = 3000;
const INT32_MAX = 2 ** 31 - 1;

interface Waiting {
  finish: (answer: PendingUpdate[] | Error) => void;
  limit: number;
}

/** `getUpdates` (https://core.telegram.org/bots/api#getupdates): one caller at a time, `offset` confirms what is below. */
export class LongPoll {
  private waiting: Waiting | null = null;
  private nextConflictAtMs = Number.NEGATIVE_INFINITY;
  private readonly stopListening: () => void;

  constructor(private readonly world: World) {
    this.stopListening = world.updates.onReady(() => this.answerWaiting());
  }

  /** Answers the updates, at once or when one comes. Throws 409 late when another call ends this one. */
  async take(query: BotQuery): Promise<PendingUpdate[]> {
    const offset = query.integer('offset', 0, [-INT32_MAX, INT32_MAX]);
    const limit = query.integer('limit', 100, [1, 100]);
    const timeoutS = query.integer('timeout', 0, [0, TIMEOUT_S_MAX]);
    this.world.updates.allow(query.lenientJson('allowed_updates'));
    this.confirm(offset);
    const updates = this.world.updates.list().slice(0, limit);
    if (updates.length > 0 || timeoutS === 0) return updates;
    this.end('terminated by other getUpdates request; make sure that only one bot instance is running');
    return this.wait(limit, this.world.clock.realMs(timeoutS * 1000));
  }

  /** Whether a call waits now. */
  get isWaiting(): boolean {
    return this.waiting !== null;
  }

  /** Ends the waiting call with a 409. */
  end(reason: string): void {
    this.waiting?.finish(conflict(reason));
  }

  /** A 409 comes at once, but not twice within 3 s: then it is held back for 3 s (Client.cpp, fail_query_conflict). */
  async conflictPause(): Promise<void> {
    const now = performance.now();
    const pauseMs = this.world.clock.realMs(CONFLICT_PAUSE_MS);
    if (now >= this.nextConflictAtMs) {
      this.nextConflictAtMs = now + pauseMs;
      return;
    }
    await new Promise((resolve) => {
      setTimeout(resolve, pauseMs);
    });
  }

  /** Forgets the waiting call, whose caller has hung up or will get nothing more. */
  close(): void {
    this.stopListening();
    this.waiting?.finish([]);
  }

  private confirm(offset: number): void {
    const updates = this.world.updates.list();
    const below = offset < 0 ? updates.slice(0, Math.max(0, updates.length + offset)) : updates;
    for (const update of below) {
      if (offset < 0 || update.id < offset) this.world.updates.taken(update);
    }
  }

  private async wait(limit: number, timeoutMs: number): Promise<PendingUpdate[]> {
    const answer = await new Promise<PendingUpdate[] | Error>((resolve) => {
      const finish = (result: PendingUpdate[] | Error) => {
        clearTimeout(timer);
        if (this.waiting?.finish === finish) this.waiting = null;
        resolve(result);
      };
      const timer = setTimeout(() => finish([]), timeoutMs);
      this.waiting = { finish, limit };
    });
    if (answer instanceof Error) throw answer;
    return answer;
  }

  private answerWaiting(): void {
    const { waiting } = this;
    if (!waiting) return;
    const updates = this.world.updates.list().slice(0, waiting.limit);
    if (updates.length > 0) waiting.finish(updates);
  }
}
