import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { SAMPLE_PRODUCTS } from '../assets/samples.data.js';
import type { RecordedCall } from '../fake-server.js';
import type { Sandbox } from '../sandbox.js';
import { OTHER_KINDS } from '../telegram/index.js';
import { CHECKOUT_PATH } from '../yookassa/index.js';
import { readAccount } from './account.js';
import { AppDesk } from './app-desk.js';
import { CallLog } from './call-log.js';
import { coalesce } from './coalesce.js';
import type { EventStreams } from './event-streams.js';
import type { PageState, StoryState } from './protocol.js';
import { watchQueues, type QueueWatch } from './queue-counts.js';
import { Rehearsals } from './rehearsals.js';
import { StoryDesk } from './story-desk.js';
import { TableChanges, type WatchedTable } from './table-changes.js';

/** As often at most as a page is told of its account and of the queues. */
const REFRESH_MS = 120;
/** A Redis that is away answers nothing at all. */
const COUNT_MS_MAX = 1_000;

/** Everything behind the curtain: what the pages are told of the sandbox, and what they may do to it. */
export class Curtain {
  readonly rehearsals: Rehearsals;
  readonly stories: StoryDesk;
  readonly app: AppDesk;
  private readonly calls = new CallLog();
  private readonly queues: QueueWatch;
  private readonly endings: (() => unknown)[] = [];
  private readonly runId = randomUUID();
  private lastQueues = '';
  private readonly refreshAccounts = coalesce(() => this.tellAccounts(), REFRESH_MS, logFailure);
  private readonly refreshQueues = coalesce(() => this.tellQueues(), REFRESH_MS, logFailure);

  private constructor(
    private readonly sandbox: Sandbox,
    private readonly dataSource: DataSource,
    private readonly streams: EventStreams,
  ) {
    this.rehearsals = new Rehearsals(sandbox.world);
    this.stories = new StoryDesk(sandbox, dataSource, (story) => streams.tell({ type: 'story', story }));
    this.app = new AppDesk(sandbox, (app) => streams.tell({ type: 'app', app }));
    this.queues = watchQueues(sandbox.env, this.refreshQueues);
  }

  /** Begins to watch. Throws the driver's errors when the database is not there. */
  static async open(sandbox: Sandbox, dataSource: DataSource, streams: EventStreams): Promise<Curtain> {
    const curtain = new Curtain(sandbox, dataSource, streams);
    curtain.endings.push(
      sandbox.world.onCall((call) => curtain.onCall(call)),
      sandbox.world.telegram.onEvent((event) => streams.tell(event)),
      () => curtain.queues.close(),
      () => curtain.app.close(),
    );
    try {
      const changes = await TableChanges.watch(sandbox.databaseUrl, (table) => curtain.onTable(table));
      curtain.endings.push(() => changes.stop());
      return curtain;
    } catch (error) {
      await curtain.close();
      throw error;
    }
  }

  /** Stops watching. */
  async close(): Promise<void> {
    await Promise.allSettled(this.endings.map((end) => end()));
  }

  /**
   * Plays a story, with every rehearsal off: it has troubles of its own.
   *
   * @throws SandboxError as `StoryDesk.play`.
   */
  play(name: string): StoryState {
    const story = this.stories.play(name);
    this.rehearsals.endAll();
    this.tellRehearsals();
    return story;
  }

  /**
   * Reads what a page begins with. The function that comes back puts it together: called in the very moment in which the stream is
   * opened, so that no event falls between the two.
   */
  async read(personId: number | null): Promise<() => PageState> {
    const queues = await within(COUNT_MS_MAX, this.queues.counts(), []);
    const account = personId === null ? null : await readAccount(this.dataSource, personId);
    return () => this.stateOf(personId, { queues, account });
  }

  private stateOf(personId: number | null, read: Pick<PageState, 'queues' | 'account'>): PageState {
    const { telegram } = this.sandbox.world;
    const people = telegram.people();
    return {
      ...read,
      runId: this.runId,
      bot: telegram.bot,
      people,
      newest: people.flatMap(({ id }) => {
        const message = telegram.chat(id).at(-1);
        return message ? [{ personId: id, message }] : [];
      }),
      personId,
      messages: personId === null ? [] : telegram.chat(personId),
      commands: personId === null ? [] : telegram.commandsFor(personId),
      calls: this.calls.list(),
      rehearsals: this.rehearsals.list(),
      stories: this.stories.list(),
      app: this.app.state(),
      otherKinds: OTHER_KINDS,
      samples: SAMPLE_PRODUCTS.map(({ name, title, descriptions }) => ({ name, title, descriptions })),
    };
  }

  /** Says again how the account and the queues are: they may have changed while a page's first state was read. */
  refresh(): void {
    this.lastQueues = '';
    this.refreshAccounts();
    this.refreshQueues();
  }

  /** Tells the pages which rehearsals are on, if that has changed. */
  tellRehearsals(): void {
    const rehearsals = this.rehearsals.takeChange();
    if (rehearsals) this.streams.tell({ type: 'rehearsals', rehearsals });
  }

  private onTable(table: WatchedTable): void {
    if (table === 'bullmq.job') this.refreshQueues();
    else this.refreshAccounts();
  }

  private onCall(recorded: RecordedCall): void {
    this.tellRehearsals();
    // The payer's browser, not the application.
    if (recorded.url.includes(CHECKOUT_PATH)) return;
    this.streams.tell({ type: 'call', call: this.calls.add(recorded) });
  }

  private async tellAccounts(): Promise<void> {
    const streams = this.streams.list();
    const ids = new Set(streams.map(({ personId }) => personId));
    for (const id of ids) {
      if (id === null) continue;
      const account = await readAccount(this.dataSource, id);
      for (const stream of streams) if (stream.personId === id) stream.send({ type: 'account', account });
    }
  }

  private async tellQueues(): Promise<void> {
    if (this.streams.list().length === 0) return;
    const queues = await within(COUNT_MS_MAX, this.queues.counts(), null);
    if (!queues) return;
    const text = JSON.stringify(queues);
    if (text === this.lastQueues) return;
    this.lastQueues = text;
    this.streams.tell({ type: 'queues', queues });
  }
}

/** The next change asks again. */
function logFailure(error: unknown): void {
  console.warn(`The chat page could not be told: ${error instanceof Error ? error.message : String(error)}`);
}

/** What comes in time, and did not fail; else the other. */
async function within<T, E>(ms: number, work: Promise<T>, otherwise: E): Promise<T | E> {
  return Promise.race([work.catch(() => otherwise), pause(ms, otherwise, { ref: false })]);
}
