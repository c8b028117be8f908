/** How a pre-checkout query ended for the person who waited. */
export type CheckoutAnswer =
  { kind: 'approved' } | { kind: 'refused'; errorMessage: string } | { kind: 'unanswered' };

/** The pre-checkout queries that wait for the bot, each until its answer or its end (https://core.telegram.org/bots/api#precheckoutquery). */
export class Checkouts {
  private readonly waiting = new Map<string, (answer: CheckoutAnswer) => void>();

  /** Waits for the bot's answer; `onEnd` is called once, after `timeoutRealMs` with `unanswered`. */
  open(id: string, timeoutRealMs: number, onEnd: (answer: CheckoutAnswer) => void): void {
    const timer = setTimeout(() => this.end(id, { kind: 'unanswered' }), timeoutRealMs);
    this.waiting.set(id, (answer) => {
      clearTimeout(timer);
      onEnd(answer);
    });
  }

  /** Ends the wait; false when nobody waits: an unknown query, one that was answered, or one whose time is over. */
  end(id: string, answer: CheckoutAnswer): boolean {
    const finish = this.waiting.get(id);
    if (!finish) return false;
    this.waiting.delete(id);
    finish(answer);
    return true;
  }

  /** Nobody waits any more. */
  close(): void {
    for (const id of [...this.waiting.keys()]) this.end(id, { kind: 'unanswered' });
  }
}
