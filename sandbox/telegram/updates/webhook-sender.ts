import type { World } from '../world.js';
import type { PendingUpdate } from './update-queue.js';
import { postUpdate, WebhookAgents, type WebhookAnswer } from './webhook-post.js';

const RESEND_S_MAX = 60;
const RETRY_AFTER_S_MAX = 3600;

/** Where updates go, as `setWebhook` left it. */
export interface WebhookTarget {
  url: string;
  secretToken: string;
  connectionsMax: number;
  ipAddress: string;
}

/** What the sender tells about its work. */
export interface SenderReports {
  failed: (text: string) => void;
  /** A 2xx answer that carries a call of its own (https://core.telegram.org/bots/api#making-requests-when-getting-updates). */
  answered: (answer: WebhookAnswer) => void;
}

interface Lane {
  updates: PendingUpdate[];
  /** The pause before the next repeat of the first update, true seconds. */
  delayS: number;
  fails: number;
}

/**
 * Delivers updates to a webhook by the real server's rules (WebhookActor.cpp): one in flight per queue, queues in
 * parallel up to `max_connections`; anything but 2xx, and silence, means again: at once, then after 2, 4, 8 … s.
 */
export class WebhookSender {
  private readonly lanes = new Map<string, Lane>();
  private readonly ready: string[] = [];
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly agents: WebhookAgents;
  private readonly stopListening: () => void;
  private inFlight = 0;
  private stopped = false;

  constructor(
    private readonly world: World,
    private readonly target: WebhookTarget,
    private readonly reports: SenderReports,
  ) {
    this.agents = new WebhookAgents(target.connectionsMax);
    this.stopListening = world.updates.onReady((update) => this.take(update));
    for (const update of world.updates.list()) this.take(update);
  }

  /** Closes all connections; undelivered updates stay in the queue. */
  stop(): void {
    this.stopped = true;
    this.stopListening();
    for (const timer of this.timers) clearTimeout(timer);
    this.agents.destroy();
  }

  private take(update: PendingUpdate): void {
    const lane = this.lanes.get(update.queueKey);
    if (lane) {
      lane.updates.push(update);
      return;
    }
    this.lanes.set(update.queueKey, { updates: [update], delayS: 1, fails: 0 });
    this.wake(update.queueKey);
  }

  private wake(key: string): void {
    this.ready.push(key);
    this.pump();
  }

  private pump(): void {
    while (!this.stopped && this.inFlight < this.target.connectionsMax) {
      const key = this.ready.shift();
      if (key === undefined) return;
      void this.sendFirst(key);
    }
  }

  private async sendFirst(key: string): Promise<void> {
    const lane = this.lanes.get(key);
    const update = lane?.updates[0];
    if (!lane || !update) return;
    this.inFlight += 1;
    const retryAfterS = await this.send(update);
    this.inFlight -= 1;
    if (this.stopped) return;
    if (retryAfterS === null) this.finish(key, lane, update);
    else this.repeat({ key, lane, update, retryAfterS });
  }

  /** Null when the update was delivered, else the seconds that the webhook asked to wait. */
  private async send(update: PendingUpdate): Promise<number | null> {
    try {
      const answer = await postUpdate({
        url: this.target.url,
        body: JSON.stringify({ update_id: update.id, [update.type]: update.body }),
        headers: this.target.secretToken
          ? { 'X-Telegram-Bot-Api-Secret-Token': this.target.secretToken }
          : {},
        timeoutMs: this.world.limitRealMs(this.world.options.webhookTimeoutMs),
        agents: this.agents,
      });
      if (answer.status >= 200 && answer.status <= 299) {
        this.reports.answered(answer);
        return null;
      }
      this.reports.failed(`Wrong response from the webhook: ${answer.status} ${answer.statusText}`);
      return Math.min(Math.max(answer.retryAfterS, 0), RETRY_AFTER_S_MAX);
    } catch (error) {
      if (!this.stopped) this.reports.failed(error instanceof Error ? error.message : 'Connection closed');
      return 0;
    }
  }

  private finish(key: string, lane: Lane, update: PendingUpdate): void {
    if (this.world.updates.taken(update)) lane.updates.shift();
    this.next(key, lane);
  }

  private repeat(failure: { key: string; lane: Lane; update: PendingUpdate; retryAfterS: number }): void {
    const { key, lane, update, retryAfterS } = failure;
    let pauseS = retryAfterS;
    if (retryAfterS === 0 && lane.fails > 0) {
      const resendS = RESEND_S_MAX * (1 + Math.random());
      lane.delayS = Math.min(resendS, lane.delayS * 2);
      pauseS = lane.delayS;
    }
    const pauseMs = this.world.clock.realMs(pauseS * 1000);
    if (Date.now() + pauseMs > update.expiresAtMs) {
      this.world.updates.drop(update);
      lane.updates.shift();
      this.next(key, lane);
      return;
    }
    lane.fails += 1;
    if (pauseMs === 0) {
      this.wake(key);
      return;
    }
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      this.wake(key);
    }, pauseMs);
    this.timers.add(timer);
    this.pump();
  }

  private next(key: string, lane: Lane): void {
    lane.delayS = 1;
    lane.fails = 0;
    if (lane.updates.length === 0) this.lanes.delete(key);
    else this.ready.push(key);
    this.pump();
  }
}
