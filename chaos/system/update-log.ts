import type { PassedCall } from './round-robin.js';

/** One way of an update to the bot and back. */
export interface Delivery {
  /** What Telegram was answered; null while it waits. */
  status: number | null;
  /** When it came, and when it was answered, on this process's clock in ms. */
  cameAtMs: number;
  answeredAtMs: number;
}

/** An update as it passed by. */
export interface SeenUpdate {
  id: number;
  type: string;
  personId: number;
  /** What it brings: the text, the button's data; empty where it is neither. */
  content: string;
  deliveries: Delivery[];
}

interface TelegramPerson {
  id: number;
}

/** As much of an update as is looked at here. */
interface RawUpdate {
  update_id: number;
  message?: {
    message_id: number;
    from: TelegramPerson;
    text?: string;
    successful_payment?: { telegram_payment_charge_id: string };
  };
  callback_query?: { id: string; from: TelegramPerson; data?: string };
  my_chat_member?: { from: TelegramPerson };
  pre_checkout_query?: { id: string; from: TelegramPerson };
}

interface Waiter {
  key: string;
  times: number;
  resolve: (isTaken: boolean) => void;
  timer: NodeJS.Timeout;
}

/** Every update that passed by, and who waits for one to be taken. */
export class UpdateLog {
  private readonly updates = new Map<number, SeenUpdate>();
  private readonly counts = new Map<number, number>();
  /** How many updates with this key have been answered 2xx. */
  private readonly taken = new Map<string, number>();
  private waiters: Waiter[] = [];

  /** All of them, in the order in which they first came. */
  list(): SeenUpdate[] {
    return [...this.updates.values()];
  }

  /** How many different updates of a person came. */
  countOf(personId: number): number {
    return this.counts.get(personId) ?? 0;
  }

  /** Notes an update that is on its way. The returned function notes its answer. */
  note({ body }: PassedCall): (status: number) => void {
    const raw = JSON.parse(body.toString()) as RawUpdate;
    const { key, ...facts } = readUpdate(raw);
    const update =
      this.updates.get(raw.update_id) ?? this.add({ id: raw.update_id, ...facts, deliveries: [] });
    const delivery: Delivery = { status: null, cameAtMs: performance.now(), answeredAtMs: 0 };
    update.deliveries.push(delivery);
    return (status) => {
      const isFirst = isGood(status) && !update.deliveries.some((one) => isGood(one.status));
      Object.assign(delivery, { status, answeredAtMs: performance.now() });
      if (isFirst) this.tell(key);
    };
  }

  /**
   * Waits until `times` different updates with this key were answered 2xx.
   *
   * @returns false when that took longer than `timeoutMs`.
   */
  isTaken(key: string, { times = 1, timeoutMs }: { times?: number; timeoutMs: number }): Promise<boolean> {
    if ((this.taken.get(key) ?? 0) >= times) return Promise.resolve(true);
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.waiters = this.waiters.filter((waiter) => waiter.resolve !== resolve);
        resolve(false);
      }, timeoutMs);
      this.waiters.push({ key, times, resolve, timer });
    });
  }

  private add(update: SeenUpdate): SeenUpdate {
    this.updates.set(update.id, update);
    this.counts.set(update.personId, this.countOf(update.personId) + 1);
    return update;
  }

  private tell(key: string): void {
    const count = (this.taken.get(key) ?? 0) + 1;
    this.taken.set(key, count);
    const served = this.waiters.filter((waiter) => waiter.key === key && waiter.times <= count);
    if (served.length === 0) return;
    this.waiters = this.waiters.filter((waiter) => !served.includes(waiter));
    for (const { resolve, timer } of served) {
      clearTimeout(timer);
      resolve(true);
    }
  }
}

/** The key of the update that a message makes. */
export const keyOfMessage = (messageId: number) => `message:${messageId}`;
/** The key of the update that a tap makes. */
export const keyOfTap = (queryId: string) => `tap:${queryId}`;
/** The key of all updates that say whether a person lets the bot write. */
export const keyOfMembership = (personId: number) => `member:${personId}`;
/** The key of the update that says that Stars were paid. */
export const keyOfCharge = (chargeId: string) => `charge:${chargeId}`;

/** Whether Telegram takes it for delivered. */
export function isGood(status: number | null): boolean {
  return status !== null && status >= 200 && status <= 299;
}

function readUpdate(raw: RawUpdate): Pick<SeenUpdate, 'type' | 'personId' | 'content'> & { key: string } {
  const { message, callback_query: tap, my_chat_member: member, pre_checkout_query: checkout } = raw;
  if (message) {
    const chargeId = message.successful_payment?.telegram_payment_charge_id;
    const key = chargeId === undefined ? keyOfMessage(message.message_id) : keyOfCharge(chargeId);
    return { type: 'message', personId: message.from.id, content: message.text ?? '', key };
  }
  if (tap)
    return { type: 'callback_query', personId: tap.from.id, content: tap.data ?? '', key: keyOfTap(tap.id) };
  if (member) {
    const personId = member.from.id;
    return { type: 'my_chat_member', personId, content: '', key: keyOfMembership(personId) };
  }
  const personId = checkout?.from.id ?? 0;
  return { type: 'pre_checkout_query', personId, content: '', key: `checkout:${checkout?.id}` };
}
