import { Injectable, type OnModuleInit } from '@nestjs/common';
import { defineGauge, Metrics, sample, type Sample } from '../../platform/index.js';

const HEARD_AGE = defineGauge({
  name: 'neurocards_telegram_updates_heard_age_seconds',
  help: 'How long ago Telegram last answered about updates: whoever polls, or each bot that looks after the webhook; 0 as these begin.',
  labels: {},
});
const PENDING = defineGauge({
  name: 'neurocards_telegram_updates_pending',
  help: 'Updates that wait at Telegram for our webhook, as it said last.',
  labels: {},
});
const TROUBLED = defineGauge({
  name: 'neurocards_telegram_delivery_troubled',
  help: 'Whether updates for our webhook heap up at Telegram, or one of the last minutes could not be brought (1), or not (0).',
  labels: {},
});

/** The parts of the bot that can fail by themselves. */
export type BotPart = 'registration' | 'polling' | 'webhook';

/** How Telegram gets on with bringing us updates. */
interface DeliveryNote {
  pendingCount: number;
  isTroubled: boolean;
}

/** What keeps the bot from receiving updates now: the readiness check reads it, and /metrics what is no fault of ours. */
@Injectable()
export class BotHealth implements OnModuleInit {
  private readonly problems = new Map<BotPart, string>();
  private heardAtMs: number | null = null;
  private delivery: DeliveryNote | null = null;

  constructor(private readonly metrics: Metrics) {}

  onModuleInit(): void {
    this.metrics.register({ gauges: [HEARD_AGE, PENDING, TROUBLED], read: () => this.samples() });
  }

  /** Telegram has answered about updates now, or this process begins to ask. */
  noteHeard(): void {
    this.heardAtMs = performance.now();
  }

  noteDelivery(delivery: DeliveryNote): void {
    this.delivery = delivery;
  }

  /** This process asks no more. */
  noteSilence(): void {
    this.heardAtMs = null;
    this.delivery = null;
  }

  /** Notes a part's problem; null: it is well. @returns whether a part is well again that was not. */
  report(part: BotPart, problem: string | null): boolean {
    if (problem === null) return this.problems.delete(part);
    this.problems.set(part, problem);
    return false;
  }

  /** @throws Error naming every problem. */
  check(): void {
    if (this.problems.size === 0) return;
    throw new Error([...this.problems].map(([part, problem]) => `${part}: ${problem}`).join('; '));
  }

  private samples(): Sample[] {
    const { heardAtMs, delivery } = this;
    return [
      ...(heardAtMs === null ? [] : [sample(HEARD_AGE, {}, (performance.now() - heardAtMs) / 1000)]),
      ...(delivery === null
        ? []
        : [sample(PENDING, {}, delivery.pendingCount), sample(TROUBLED, {}, delivery.isTroubled ? 1 : 0)]),
    ];
  }
}
