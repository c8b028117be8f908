import { randomUUID } from 'node:crypto';
import { getQueueToken } from '@nestjs/bullmq';
import type { Queue } from 'bullmq';
import { expect } from 'vitest';
import { DemoPerson } from '../../sandbox/demo/person.js';
import {
  BroadcastActions,
  BroadcastsService,
  type Audience,
  type BroadcastView,
  type OperatorRequest,
} from '../../src/modules/admin/index.js';
import type { Send } from '../../src/modules/telegram/index.js';
import { JobsWorld } from '../jobs/jobs-world.js';
import { waitFor } from '../support/wait-for.js';

export const OPERATOR_ID = 5_100_000_001;
/** How many there are besides the operator. */
export const PEOPLE = 24;
export const WAIT_MS = 15_000;
export const EVERYBODY: Audience = { who: 'everybody', language: null };
/** How many sends are in the queue at a time: as many as may go until the next look. */
export const QUEUED_MAX = 4;
/** The states of what a queue still has to do. */
const HELD = ['wait', 'prioritized', 'delayed', 'active'] as const;

export const wish = (): OperatorRequest => ({
  ...{ operator: `telegram:${OPERATOR_ID}`, reason: 'news of the shop', key: randomUUID() },
});

/** A shop with its operator, Olga, and people to send to. */
export class BroadcastWorld {
  private constructor(
    readonly jobs: JobsWorld,
    readonly olga: DemoPerson,
    readonly people: DemoPerson[],
  ) {}

  static async start(): Promise<BroadcastWorld> {
    const jobs = await JobsWorld.start({
      env: {
        ADMIN_IDS: String(OPERATOR_ID),
        // QUEUED_MAX in each look.
        BROADCAST_SENDS_PER_SECOND_MAX: '200',
        BROADCAST_LOOK_INTERVAL_MS: '20',
        JOB_CRON_INTERVAL_MS: '100',
        JOB_WAKE_LOST_AFTER_MS: '300',
        NOTICE_ATTEMPTS_MAX: '3',
        PROGRESS_EDIT_INTERVAL_MS: '50',
        TELEGRAM_TIMEOUT_MS: '2000',
      },
    });
    const olga = DemoPerson.add(jobs.telegram, 'Olga', 'en', { id: OPERATOR_ID });
    await olga.join();
    const people = Array.from({ length: PEOPLE }, (_, n) => DemoPerson.add(jobs.telegram, `Anna ${n}`, 'ru'));
    for (const person of people) person.say('/start');
    await waitFor(() => jobs.telegram.pendingUpdates() === 0, { what: 'everybody to have started' });
    for (const { id } of people) {
      await jobs.query(
        `select register_user($1, null, 'Anna', null, 'ru', p_tg_user_hmac => sha256($2), p_consented => true)`,
        [...[id, Buffer.from(String(id))]],
      );
    }
    return new BroadcastWorld(jobs, olga, people);
  }

  get actions(): BroadcastActions {
    return this.jobs.get(BroadcastActions);
  }

  get broadcasts(): BroadcastsService {
    return this.jobs.get(BroadcastsService);
  }

  /** For `afterEach`: no fault stays, everybody may be written to again, and no credit is missing. */
  async settle(): Promise<void> {
    await this.sends.resume();
    this.jobs.telegram.clearFaults();
    await this.jobs.query(`update users set blocked_at = null, banned_at = null`);
    await this.jobs.expectCleanAudit();
  }

  stop(): Promise<void> {
    return this.jobs.stop();
  }

  /** Olga's message, which is to be sent. */
  write(text: string): number {
    return this.jobs.telegram.sendText(this.olga.id, text).messageId;
  }

  /** How often a person got a text from the bot. */
  copies(person: DemoPerson, text: string): number {
    return person.chat().filter((message) => message.from === 'bot' && message.text === text).length;
  }

  /** How often the bot has asked Telegram to copy a message. */
  copyCalls(): number {
    return this.jobs.telegram.calls('copyMessage').length;
  }

  /** Starts a broadcast. @returns its id. */
  async begin(text: string, audience: Audience = EVERYBODY): Promise<string> {
    const message = { chatId: this.olga.id, messageId: this.write(text), button: null };
    const id = randomUUID();
    const result = await this.actions.start(wish(), { id, message, audience, progress: null });
    expect(result).toMatchObject({ outcome: 'done', repeated: false });
    return id;
  }

  until(id: string, condition: (view: BroadcastView) => boolean, what: string): Promise<BroadcastView> {
    return waitFor(
      async () => {
        const view = await this.broadcasts.find(id);
        return view && condition(view) ? view : null;
      },
      { what, timeoutMs: WAIT_MS },
    );
  }

  done(id: string): Promise<BroadcastView> {
    return this.until(id, ({ status }) => status === 'done', 'the end of the broadcast');
  }

  stopped(id: string): Promise<BroadcastView> {
    return this.until(id, ({ status }) => status === 'stopped', 'the stop');
  }

  reached(id: string, count: number): Promise<BroadcastView> {
    return this.until(id, ({ sent }) => sent >= count, `${count} sends`);
  }

  /** The queue of all that is sent. */
  get sends(): Queue<Send> {
    return this.jobs.test.app.get<Queue<Send>>(getQueueToken('send'), { strict: false });
  }

  /** Waits until as many sends are queued as a look queues. The queue must be paused. */
  async fullQueue(): Promise<void> {
    const isFull = async () => (await this.sends.getJobCountByTypes('prioritized')) >= QUEUED_MAX;
    await waitFor(isFull, { what: 'full queue' });
  }

  /** Waits until nothing is queued or being sent. */
  async emptyQueue(): Promise<void> {
    const isEmpty = async () => (await this.sends.getJobCountByTypes(...HELD)) === 0;
    await waitFor(isEmpty, { what: 'the rest to be let go' });
  }
}
