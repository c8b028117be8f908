import type { SandboxClock } from '../clock.js';
import { PlanList } from '../plans.js';
import { lifeRealMs, post, repeatPauseTrueMs, type NotificationRecord } from './yookassa-deliveries.js';
import {
  isNotificationMeant,
  type NotificationMode,
  type NotificationScript,
  type YooEvent,
} from './yookassa-script.js';
import { pause } from '../fault-queue.js';

/** What happened, with the object as it is at that moment. */
export interface Happening {
  event: YooEvent;
  object: { id: string };
  shopId: string;
  /** What becomes of it where no script says otherwise; null leaves it to the defaults. */
  mode: NotificationMode | null;
}

/** A record with what its sending needs. */
interface Outgoing extends NotificationRecord {
  happenedAtMs: number;
  /** When the next attempt is due. */
  dueAtMs: number;
  isOnItsWay: boolean;
}

/** In which order held notifications leave: places in the order of holding, or all of them one way or the other. */
export type ReleaseOrder = 'as_held' | 'reverse' | number[];
/** Told when a notification is about to leave, and when it was answered 200. */
export type NotificationListener = (when: 'before' | 'after', notification: NotificationRecord) => void;

/** Tells the shops what happened, well or as the scripts say. */
export class YooNotifications {
  /** Of all notifications that no script is for. */
  mode: NotificationMode = {};
  /** Sent along with each of them, as a proxy before the shop would add them. */
  headers: Record<string, string> = {};
  /** The shortest pause before a repeat, in real milliseconds: for a caller whose start takes its own time. */
  repeatPauseRealMsMin = 0;
  watch: NotificationListener = () => undefined;
  private readonly targets = new Map<string, { url: string; events: ReadonlySet<string> }>();
  /** What becomes of those that are still to come. */
  readonly scripts = new PlanList<NotificationScript>();
  private readonly records: Outgoing[] = [];
  private readonly timers = new Map<Outgoing, NodeJS.Timeout>();
  private held: Outgoing[] | null = null;
  private stopped = new AbortController();

  constructor(private readonly clock: SandboxClock) {}

  /** What the merchant's cabinet says of a shop; without a URL nothing is sent. */
  setTarget(shopId: string, url: string | null, events: readonly string[]): void {
    if (url === null) this.targets.delete(shopId);
    else this.targets.set(shopId, { url, events: new Set(events) });
  }

  /** Says what becomes of the next notification; scripts wait for their turn. */
  script(script: NotificationScript): void {
    this.scripts.add(script);
  }

  /** Tells of what happened; resolves when each copy was tried once, repeats go on by themselves. */
  async announce({ event, object, shopId, mode }: Happening): Promise<void> {
    const target = this.targets.get(shopId);
    if (!target?.events.has(event)) return;
    const body = { type: 'notification', event, object };
    const script = this.scripts.take((waiting) => isNotificationMeant(waiting, event, body));
    const { drop, copies = 1, parallel = 1, delayTrueMs = 0 } = script ?? mode ?? this.mode;
    const records = Array.from({ length: copies }, (_, index): Outgoing => {
      const happenedAtMs = Date.now();
      const dueAtMs = happenedAtMs + this.clock.realMs(delayTrueMs);
      const state = drop ? 'dropped' : this.held ? 'held' : 'waiting';
      const facts = { event, objectId: object.id, shopId, body, copy: index + 1, forged: false };
      return { ...facts, state, attempts: [], happenedAtMs, dueAtMs, isOnItsWay: false };
    });
    this.records.push(...records);
    if (drop) return;
    if (this.held) return void this.held.push(...records);
    await this.launch(records, parallel, delayTrueMs);
  }

  /** From now on nothing leaves. */
  hold(): void {
    this.held ??= [];
  }

  /** Sends what is held, one after the other; places that `order` leaves out come last. */
  async release(order: ReleaseOrder = 'as_held'): Promise<void> {
    const held = this.held ?? [];
    this.held = null;
    for (const record of held) record.state = 'waiting';
    const places = order === 'as_held' ? [] : order === 'reverse' ? [...held.keys()].reverse() : order;
    const sorted = new Set([...places.flatMap((place) => held[place] ?? []), ...held]);
    await this.launch([...sorted], 1, 0);
  }

  /** Sends any body to a shop's address or to another, once; resolves to its record. */
  async forge(
    shopId: string,
    body: unknown,
    { headers = {}, url = this.targets.get(shopId)?.url }: { headers?: Record<string, string>; url?: string },
  ): Promise<NotificationRecord> {
    if (url === undefined) throw new RangeError('There is no notification URL');
    const { event = '', object } = (body ?? {}) as { event?: string; object?: { id?: string } };
    const facts = { event, objectId: object?.id ?? '', shopId, body, copy: 1, forged: true };
    const times = { happenedAtMs: Date.now(), dueAtMs: Date.now(), isOnItsWay: false };
    const record: Outgoing = { ...facts, state: 'waiting', attempts: [], ...times };
    this.records.push(record);
    await this.attempt(record, { url, headers });
    if (record.state !== 'delivered') record.state = 'given_up';
    return view(record);
  }

  /** Everything that was to be sent, oldest first. */
  list(): NotificationRecord[] {
    return this.records.map(view);
  }

  /** Breaks off everything that is being sent; nothing more is sent until `resume`. */
  suspend(): void {
    this.stopped.abort();
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
  }

  /** Goes on with what has not been answered 200. */
  resume(): void {
    if (this.stopped.signal.aborted) this.stopped = new AbortController();
    for (const record of this.records)
      if (record.state === 'waiting' && !record.forged && !record.isOnItsWay) this.arm(record);
  }

  /** Forgets targets, scripts, records and settings. */
  clear(): void {
    this.suspend();
    this.mode = {};
    this.headers = {};
    this.repeatPauseRealMsMin = 0;
    this.targets.clear();
    this.scripts.clear();
    this.records.length = 0;
    this.held = null;
    this.resume();
  }

  private async launch(records: Outgoing[], parallel: number, delayTrueMs: number): Promise<void> {
    const { signal } = this.stopped;
    const queue = [...records];
    for (const record of queue) record.isOnItsWay = true;
    if (delayTrueMs > 0) await pause(this.clock.realMs(delayTrueMs), signal);
    const lane = async (): Promise<void> => {
      for (let record = queue.shift(); record; record = queue.shift()) await this.deliver(record, signal);
    };
    await Promise.all(Array.from({ length: parallel }, lane));
  }

  /** One attempt of a notification that YooKassa means, and the time of the next one where it failed. */
  private async deliver(record: Outgoing, signal = this.stopped.signal): Promise<void> {
    const target = this.targets.get(record.shopId);
    if (signal.aborted) record.isOnItsWay = false;
    else if (target) await this.attempt(record, { url: target.url, headers: this.headers, signal });
    if (record.state !== 'waiting') return;
    const pauseRealMs = this.clock.realMs(repeatPauseTrueMs(Math.max(1, record.attempts.length)));
    const aliveUntilMs = record.happenedAtMs + lifeRealMs(this.clock, this.repeatPauseRealMsMin);
    // Broken off by a stop of the fake: due as soon as it runs again.
    if (!signal.aborted) record.dueAtMs = Date.now() + Math.max(pauseRealMs, this.repeatPauseRealMsMin);
    if (!target || record.dueAtMs > aliveUntilMs) record.state = 'given_up';
    else this.arm(record);
  }

  private async attempt(
    record: Outgoing,
    to: { url: string; headers: Record<string, string>; signal?: AbortSignal },
  ): Promise<void> {
    const attempt = { sentAt: new Date().toISOString(), status: null as number | null, answer: '' };
    record.attempts.push(attempt);
    record.isOnItsWay = true;
    this.watch('before', view(record));
    await post(this.clock, { signal: this.stopped.signal, ...to, body: record.body }, attempt);
    record.isOnItsWay = false;
    if (attempt.status !== 200) return;
    record.state = 'delivered';
    this.watch('after', view(record));
  }

  private arm(record: Outgoing): void {
    clearTimeout(this.timers.get(record));
    if (this.stopped.signal.aborted || !this.records.includes(record)) return;
    const timer = setTimeout(() => void this.deliver(record), Math.max(0, record.dueAtMs - Date.now()));
    this.timers.set(record, timer.unref());
  }
}

function view(record: Outgoing): NotificationRecord {
  const { happenedAtMs: _happened, dueAtMs: _due, isOnItsWay: _way, ...facts } = record;
  return { ...facts, attempts: record.attempts.map((attempt) => ({ ...attempt })) };
}
