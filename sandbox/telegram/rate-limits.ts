import type { SandboxClock } from '../clock.js';
import { tooManyRequests } from './errors.js';
import type { RateLimits } from './options.js';

const WINDOW_MS = 1000;

/** Refuses what comes faster than the limits allow, counted over the last true second. */
export class RateLimiter {
  private readonly perChat = new Map<number, number[]>();
  private total: number[] = [];

  constructor(
    private readonly clock: SandboxClock,
    private limits: RateLimits,
  ) {}

  /** Sets other limits; an empty object lifts them. */
  set(limits: RateLimits): void {
    this.limits = limits;
  }

  /** Counts a call, or throws 429 with the true seconds to wait; a refused call does not count. */
  take(chatId: number): void {
    const { perChatPerS, totalPerS } = this.limits;
    if (perChatPerS === undefined && totalPerS === undefined) return;
    const now = Date.now();
    const chat = this.recent(this.perChat.get(chatId) ?? [], now);
    this.total = this.recent(this.total, now);
    const waits = [this.waitMs(chat, perChatPerS, now), this.waitMs(this.total, totalPerS, now)];
    const waitMs = Math.max(...waits);
    if (waitMs > 0) throw tooManyRequests(waitMs / 1000);
    this.perChat.set(chatId, [...chat, now]);
    this.total.push(now);
  }

  private recent(times: number[], now: number): number[] {
    return times.filter((time) => this.clock.trueMsBetween(time, now) < WINDOW_MS);
  }

  private waitMs(times: number[], max: number | undefined, now: number): number {
    if (max === undefined || times.length < max) return 0;
    const oldest = times[times.length - max] ?? now;
    return WINDOW_MS - this.clock.trueMsBetween(oldest, now);
  }
}
