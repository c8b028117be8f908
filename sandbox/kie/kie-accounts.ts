import type { SandboxClock } from '../clock.js';

/** What KIE thinks of a key: usable, unknown or switched off (401), not from this address (401), its own limit spent (433). */
export type KeyState = 'ok' | 'unauthorized' | 'ip_not_allowed' | 'sub_key_limit';

/** A key as a caller may use it. */
export interface KieKeyRecord {
  secret: string;
  account: string;
  keyState: KeyState;
}

/** KIE takes 20 new tasks per 10 s from all keys of an account. https://kie.ai/getting-started */
export const CREATIONS_MAX = 20;
const CREATIONS_WINDOW_TRUE_MS = 10_000;
/** Status reads per second and key, unless KIE has raised it. https://docs.kie.ai/market/common/get-task-detail */
export const READS_MAX = 10;
const READS_WINDOW_TRUE_MS = 1_000;

/** Accounts with credits, their keys and their rate limits. Several keys may share one account. */
export class KieAccounts {
  /** Status reads that any key may make in a true second. */
  readsMax = READS_MAX;
  private readonly credits = new Map<string, number>();
  private readonly keys = new Map<string, KieKeyRecord>();
  private readonly arrivals = new Map<string, number[]>();
  private readonly creations = new Map<string, number[]>();
  private readonly reads = new Map<string, number[]>();

  constructor(private readonly clock: SandboxClock) {}

  /** Creates or changes a key; `credits` sets its account's balance (a new account starts with none). */
  setKey(secret: string, change: { account?: string; keyState?: KeyState; credits?: number }): void {
    const known = this.keys.get(secret);
    const account = change.account ?? known?.account ?? secret;
    this.keys.set(secret, { secret, account, keyState: change.keyState ?? known?.keyState ?? 'ok' });
    this.setCredits(account, change.credits ?? this.credits.get(account) ?? 0);
  }

  /** Sets an account's balance. */
  setCredits(account: string, credits: number): void {
    this.credits.set(account, credits);
  }

  /** An account's balance; 0 for an unknown one. */
  creditsOf(account: string): number {
    return this.credits.get(account) ?? 0;
  }

  /** All keys, with the balance of their account. */
  list(): (KieKeyRecord & { credits: number })[] {
    return [...this.keys.values()].map((key) => ({ ...key, credits: this.creditsOf(key.account) }));
  }

  /** The key of an `Authorization` header, or null where KIE would answer 401. */
  authorize(header: string | undefined): KieKeyRecord | null {
    const secret = /^Bearer (.+)$/.exec(header ?? '')?.[1];
    const key = secret === undefined ? undefined : this.keys.get(secret);
    return key && key.keyState !== 'unauthorized' && key.keyState !== 'ip_not_allowed' ? key : null;
  }

  /** Takes credits from an account, or returns false and takes none. */
  charge(account: string, credits: number): boolean {
    const balance = this.creditsOf(account);
    if (balance < credits) return false;
    this.setCredits(account, balance - credits);
    return true;
  }

  /** Gives credits back to an account. */
  giveBack(account: string, credits: number): void {
    this.setCredits(account, this.creditsOf(account) + credits);
  }

  /** Counts one creation against the account's limit; false means 429. A refused one does not count. */
  takeCreation(account: string): boolean {
    push(this.arrivals, account, Date.now());
    return this.takeFrom(this.creations, account, CREATIONS_MAX, CREATIONS_WINDOW_TRUE_MS);
  }

  /** Counts one status read against the key's limit; false means 429. */
  takeRead(secret: string): boolean {
    return this.takeFrom(this.reads, secret, this.readsMax, READS_WINDOW_TRUE_MS);
  }

  /** The most creations, refused ones too, that any account asked for within any 10 true seconds. */
  creationsIn10sMax(): number {
    const windowMs = this.clock.realMs(CREATIONS_WINDOW_TRUE_MS);
    let most = 0;
    for (const times of this.arrivals.values()) {
      for (let first = 0, last = 0; last < times.length; last += 1) {
        while ((times[last] ?? 0) - (times[first] ?? 0) >= windowMs) first += 1;
        most = Math.max(most, last - first + 1);
      }
    }
    return most;
  }

  /** Forgets everything. */
  clear(): void {
    for (const map of [this.credits, this.keys, this.arrivals, this.creations, this.reads]) map.clear();
    this.readsMax = READS_MAX;
  }

  private takeFrom(
    buckets: Map<string, number[]>,
    owner: string,
    max: number,
    windowTrueMs: number,
  ): boolean {
    const now = Date.now();
    const since = now - this.clock.realMs(windowTrueMs);
    const recent = (buckets.get(owner) ?? []).filter((time) => time > since);
    const taken = recent.length < max;
    buckets.set(owner, taken ? [...recent, now] : recent);
    return taken;
  }
}

function push(map: Map<string, number[]>, key: string, value: number): void {
  const values = map.get(key);
  if (values) values.push(value);
  else map.set(key, [value]);
}
