/** Gives the chat back; calling it twice does nothing more. */
export type Release = () => void;

interface Waiter {
  start: (release: Release | null) => void;
  timer: NodeJS.Timeout;
}

/**
 * Within one process the updates of a chat go one by one in the order in which they came, without asking the database. Nothing
 * is kept of a chat that nobody waits for.
 */
export class ChatQueue {
  private readonly waiting = new Map<number, Waiter[]>();

  /**
   * Waits for the chat's turn, at most `waitMs`.
   *
   * @param onBusy called at once when the turn is not ours yet.
   * @returns null when the time is over; the place in the queue is given up then.
   */
  acquire(chatId: number, waitMs: number, onBusy: () => void): Promise<Release | null> {
    const queue = this.waiting.get(chatId);
    if (!queue) {
      this.waiting.set(chatId, []);
      return Promise.resolve(this.releaseOf(chatId));
    }
    onBusy();
    return new Promise((resolve) => {
      const waiter: Waiter = {
        start: resolve,
        timer: setTimeout(() => {
          queue.splice(queue.indexOf(waiter), 1);
          resolve(null);
        }, waitMs),
      };
      queue.push(waiter);
    });
  }

  /** The chats that somebody holds or waits for. */
  get size(): number {
    return this.waiting.size;
  }

  private releaseOf(chatId: number): Release {
    let released = false;
    return () => {
      if (released) return;
      released = true;
      const next = this.waiting.get(chatId)?.shift();
      if (!next) {
        this.waiting.delete(chatId);
        return;
      }
      clearTimeout(next.timer);
      next.start(this.releaseOf(chatId));
    };
  }
}
