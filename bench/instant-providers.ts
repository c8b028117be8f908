import { beside, Child } from './programs.js';

const ANSWER_MS_MAX = 10_000;

/** What came to one chat. */
export interface Delivery {
  chatId: number;
  /** When the last video began to come, on the clock of `Date.now()`. */
  atMs: number;
  times: number;
}

/** `instant-providers-process.ts` as a process of its own. */
export class InstantProviders {
  private constructor(private readonly child: Child) {}

  /** @throws SandboxError when it does not listen in time. */
  static async start(): Promise<InstantProviders> {
    return new InstantProviders(await Child.start(beside(import.meta.url, 'instant-providers-process.js')));
  }

  get url(): string {
    return this.child.url;
  }

  /** Everything that was delivered so far. @throws SandboxError when the process is gone. */
  async deliveries(): Promise<Delivery[]> {
    const all = await this.child.ask<[number, Omit<Delivery, 'chatId'>][]>({}, ANSWER_MS_MAX);
    return all.map(([chatId, delivery]) => ({ chatId, ...delivery }));
  }

  stop(): Promise<void> {
    return this.child.stop();
  }
}
