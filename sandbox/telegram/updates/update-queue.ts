import { randomInt } from 'node:crypto';
import type { ApiObject } from '../api-json.js';
import type { SandboxClock } from '../../clock.js';

const HOUR_MS = 3_600_000;

/** Updates that come unless `allowed_updates` says otherwise: all but three (https://core.telegram.org/bots/api#setwebhook). */
const OPTIONAL_TYPES = new Set(['chat_member', 'message_reaction', 'message_reaction_count']);
/** The kinds of update that the Bot API has. */
const TYPES = new Set([
  ...['message', 'edited_message', 'channel_post', 'edited_channel_post', 'business_connection'],
  ...['business_message', 'edited_business_message', 'deleted_business_messages', 'message_reaction'],
  ...['message_reaction_count', 'inline_query', 'chosen_inline_result', 'callback_query', 'shipping_query'],
  ...['pre_checkout_query', 'purchased_paid_media', 'poll', 'poll_answer', 'my_chat_member', 'chat_member'],
  ...['chat_join_request', 'chat_boost', 'removed_chat_boost'],
]);

/** A kind of update that the fake makes. */
export type UpdateType =
  'message' | 'edited_message' | 'callback_query' | 'my_chat_member' | 'pre_checkout_query';

/** An update that the bot has not taken yet. */
export interface PendingUpdate {
  id: number;
  type: UpdateType;
  body: ApiObject;
  /** Updates of one queue are delivered one by one: a chat's messages, a person's taps. */
  queueKey: string;
  expiresAtMs: number;
  /** Deliveries still to make; above 1 the bot gets it again after it was taken. */
  copies: number;
}

export interface NewUpdate {
  type: UpdateType;
  body: ApiObject;
  queueKey: string;
  /** Real milliseconds until it is dropped; by default 24 true hours. */
  lifetimeRealMs?: number;
}

/** The updates that wait for the bot, in order, whichever way it takes them. */
export class UpdateQueue {
  /** Ids of those whose time was over before the bot took them. */
  readonly expired: number[] = [];
  private readonly pending = new Map<number, PendingUpdate>();
  private held: PendingUpdate[] | null = null;
  /** Somewhere else after each start, or a bot whose database outlives this server would take new updates for old ones. */
  private nextId = randomInt(100_000_000, 1_000_000_000);
  private allowed: ReadonlySet<string> | null = null;
  private copiesOfNext = 0;
  private copiesOfEach = 1;
  private readonly listeners = new Set<(update: PendingUpdate) => void>();

  constructor(private readonly clock: SandboxClock) {}

  /** Adds an update unless its kind is not allowed. */
  push({ type, body, queueKey, lifetimeRealMs }: NewUpdate): void {
    if (this.allowed ? !this.allowed.has(type) : OPTIONAL_TYPES.has(type)) return;
    const lifetimeMs = lifetimeRealMs ?? this.clock.realMs(24 * HOUR_MS);
    const expiresAtMs = Date.now() + lifetimeMs;
    const update = { id: this.nextId, type, body, queueKey, expiresAtMs, copies: this.takeCopies() };
    this.nextId += 1;
    if (this.held) this.held.push(update);
    else this.add(update);
  }

  /** Called with each update that becomes ready. The returned function removes the listener. */
  onReady(listener: (update: PendingUpdate) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** The waiting updates in order, the expired ones dropped. */
  list(): PendingUpdate[] {
    const now = Date.now();
    for (const update of this.pending.values()) if (update.expiresAtMs < now) this.drop(update);
    return [...this.pending.values()];
  }

  /** How many the bot has not taken, held ones included. */
  get size(): number {
    return this.list().length + (this.held?.length ?? 0);
  }

  /** The bot took it: it goes, or stays for its next copy. Answers whether it goes. */
  taken(update: PendingUpdate): boolean {
    update.copies -= 1;
    if (update.copies > 0) return false;
    this.pending.delete(update.id);
    return true;
  }

  /** Its time is over before the bot has taken it. */
  drop(update: PendingUpdate): void {
    if (this.pending.delete(update.id)) this.expired.push(update.id);
  }

  clear(): void {
    this.pending.clear();
    if (this.held) this.held = [];
  }

  /** `allowed_updates` of a call: absent keeps the setting, an empty list is the default. Answers whether it changed. */
  allow(types: unknown): boolean {
    if (!Array.isArray(types) || types.some((type) => typeof type !== 'string')) return false;
    const known = types.map((type) => String(type).toLowerCase()).filter((type) => TYPES.has(type));
    const next = known.length === 0 ? null : new Set(known);
    const changed = asText(next) !== asText(this.allowed);
    this.allowed = next;
    return changed;
  }

  /** What `getWebhookInfo` says of it; null for the default. */
  get allowedTypes(): string[] | null {
    return this.allowed ? [...this.allowed] : null;
  }

  /** The next `count` updates come twice. */
  duplicateNext(count: number): void {
    this.copiesOfNext = count;
  }

  /** Every update from now on comes `copies` times; 1 is normal. */
  copyEach(copies: number): void {
    this.copiesOfEach = copies;
  }

  /** Keeps new updates back until `release`. */
  hold(): void {
    this.held ??= [];
  }

  /** How many are held back. */
  get heldCount(): number {
    return this.held?.length ?? 0;
  }

  /**
   * Lets the held updates go: in order, reversed, or by their indexes. With `keepIds` they keep their update ids, so
   * that a later one may arrive first (webhooks do that); without, the ids grow in the new order (polling needs that).
   */
  release(order: 'fifo' | 'reverse' | readonly number[], keepIds: boolean): void {
    const held = this.held ?? [];
    this.held = null;
    const released = arrange(held, order);
    const ids = keepIds ? null : held.map((update) => update.id);
    for (const [index, update] of released.entries()) this.add({ ...update, id: ids?.[index] ?? update.id });
  }

  private add(update: PendingUpdate): void {
    this.pending.set(update.id, update);
    for (const listener of [...this.listeners]) listener(update);
  }

  private takeCopies(): number {
    if (this.copiesOfNext === 0) return this.copiesOfEach;
    this.copiesOfNext -= 1;
    return Math.max(2, this.copiesOfEach);
  }
}

function arrange(held: PendingUpdate[], order: 'fifo' | 'reverse' | readonly number[]): PendingUpdate[] {
  if (order === 'fifo') return held;
  if (order === 'reverse') return held.toReversed();
  const named = order.flatMap((index) => held[index] ?? []);
  return [...named, ...held.filter((update) => !named.includes(update))];
}

function asText(types: ReadonlySet<string> | null): string {
  return types === null ? '' : [...types].sort().join();
}
