import type { RecordedCall } from '../../sandbox/fake-server.js';
import type { OutsideWorld } from '../../sandbox/outside-world.js';

/** What somebody wants to be told of. */
export interface Told {
  filmed?: (taskId: string) => void;
  refunded?: (refundId: string) => void;
}

/** Tells of what KIE and YooKassa have just made, before anybody can ask for it. */
export class OutsideWatch {
  private readonly byMark = new Map<string, Told>();
  private readonly byPayment = new Map<string, Told>();

  constructor(world: OutsideWorld) {
    world.kie.onCall((call) => this.seesKie(call));
    world.yooKassa.onCall((call) => this.seesYooKassa(call));
  }

  /** @param mark in the prompt of the task. */
  tellOfTask(mark: string, told: Told): void {
    this.byMark.set(mark, told);
  }

  /** @param paymentId YooKassa's. */
  tellOfRefund(paymentId: string, told: Told): void {
    this.byPayment.set(paymentId, told);
  }

  private seesKie({ url, request, response }: RecordedCall): void {
    if (!url.includes('/createTask') && !url.includes('/veo/generate')) return;
    const taskId = (response as { data?: { taskId?: string } | null } | null)?.data?.taskId;
    const mark = /\[\[demo:\d+\]\]/.exec(JSON.stringify(request))?.[0];
    if (taskId && mark) this.byMark.get(mark)?.filmed?.(taskId);
  }

  private seesYooKassa({ method, url, response }: RecordedCall): void {
    if (method !== 'POST' || !url.endsWith('/v3/refunds')) return;
    const { id, payment_id: paymentId } = (response ?? {}) as { id?: string; payment_id?: string };
    if (id && paymentId) this.byPayment.get(paymentId)?.refunded?.(id);
  }
}
