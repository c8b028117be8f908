import { setTimeout as pause } from 'node:timers/promises';
import { between } from '../../sandbox/drawing.js';
import type { Letter, Mailing } from './letters.js';

/** How long YooKassa waits for an answer is not published; nobody waits less. */
const ANSWER_MS_MAX = 10_000;
/** Whoever is not answered 2xx comes again. */
const TRIES_MAX = 30;
const AGAIN_AFTER_MS = 300;
const LOOK_MS = 5;

/** A copy that was answered, or given up. */
export interface Posted {
  about: string;
  /** The last answer; null: none. */
  status: number | null;
  tries: number;
  /** The last answer took so long. */
  tookMs: number;
}

interface Copy {
  letter: Letter;
  dueAtMs: number;
  tries: number;
}

/** Posts letters to one address, so many at once, in a drawn order. */
export class Postman {
  readonly posted: Posted[] = [];
  private due: Copy[] = [];
  private later: Copy[] = [];
  private onTheWay = 0;
  /** The most copies that were on their way at the same time. */
  onTheWayMax = 0;
  private isClosed = false;
  private url = '';

  constructor(private readonly options: { atOnce: number; draw: () => number }) {}

  /** Takes copies of a letter to post. */
  take(letter: Letter, { copies, leaveMs }: Mailing): void {
    const { draw } = this.options;
    for (let copy = 0; copy < copies; copy++) {
      const dueAtMs = performance.now() + between(leaveMs, draw());
      this.later.push({ letter, dueAtMs, tries: 0 });
    }
  }

  /** How many copies are not answered yet. */
  get waiting(): number {
    return this.due.length + this.later.length + this.onTheWay;
  }

  /** Posts to that address until it is closed and nothing is left, or the signal comes. */
  async work(url: string, signal: AbortSignal): Promise<void> {
    this.url = url;
    await Promise.all(Array.from({ length: this.options.atOnce }, () => this.lane(signal)));
  }

  /** Nothing more will be taken. */
  close(): void {
    this.isClosed = true;
  }

  private async lane(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && (!this.isClosed || this.waiting > 0)) {
      const copy = this.next();
      if (copy) await this.post(copy);
      else await pause(LOOK_MS);
    }
  }

  private next(): Copy | undefined {
    const nowMs = performance.now();
    this.due.push(...this.later.filter(({ dueAtMs }) => dueAtMs <= nowMs));
    this.later = this.later.filter(({ dueAtMs }) => dueAtMs > nowMs);
    const [copy] = this.due.splice(Math.floor(this.options.draw() * this.due.length), 1);
    return copy;
  }

  private async post(copy: Copy): Promise<void> {
    this.onTheWay += 1;
    this.onTheWayMax = Math.max(this.onTheWayMax, this.onTheWay);
    const startedAtMs = performance.now();
    const status = await this.send(copy.letter);
    const tookMs = performance.now() - startedAtMs;
    this.onTheWay -= 1;
    copy.tries += 1;
    const isTaken = status !== null && status >= 200 && status <= 299;
    if (!isTaken && copy.tries < TRIES_MAX)
      this.later.push({ ...copy, dueAtMs: performance.now() + AGAIN_AFTER_MS });
    else this.posted.push({ about: copy.letter.about, status, tries: copy.tries, tookMs });
  }

  private async send({ path, body, headers }: Letter): Promise<number | null> {
    try {
      const answer = await fetch(`${this.url}${path}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...headers },
        body,
        signal: AbortSignal.timeout(ANSWER_MS_MAX),
      });
      await answer.arrayBuffer();
      return answer.status;
    } catch {
      return null;
    }
  }
}
