import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** What came to one chat. */
export interface Delivery {
  chatId: number;
  /** When the last video began to come, on the clock of `Date.now()`. */
  atMs: number;
  times: number;
}

/** `instant-providers-process.ts` as a process of its own. */
export class InstantProviders {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  static async start(): Promise<InstantProviders> {
    const child = fork(fileURLToPath(new URL('./instant-providers-process.js', import.meta.url)));
    const [url] = (await once(child, 'message')) as [string];
    return new InstantProviders(child, url);
  }

  /** Everything that was delivered so far. */
  async deliveries(): Promise<Delivery[]> {
    this.child.send('deliveries');
    const [all] = (await once(this.child, 'message')) as [[number, Omit<Delivery, 'chatId'>][]];
    return all.map(([chatId, delivery]) => ({ chatId, ...delivery }));
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, 'exit');
    this.child.disconnect();
    await exited;
  }
}
