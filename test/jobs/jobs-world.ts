import { randomUUID } from 'node:crypto';
import type { Type } from '@nestjs/common';
import sharp from 'sharp';
import { expect } from 'vitest';
import { readAsset } from '../../sandbox/assets/index.js';
import { DemoPerson } from '../../sandbox/demo/person.js';
import type { FakeKie } from '../../sandbox/kie/index.js';
import type { FakeOpenAi } from '../../sandbox/openai/index.js';
import type { ChatMessage, FakeTelegram } from '../../sandbox/telegram/index.js';
import { CreditsAudit, CreditsService } from '../../src/modules/credits/index.js';
import {
  JobsService,
  OrderTerms,
  type Job,
  type KieTask,
  type OrderRequest,
} from '../../src/modules/jobs/index.js';
import type { Notice } from '../../src/modules/notifications/index.js';
import { PhotosService } from '../../src/modules/photos/index.js';
import {
  htmlToPlain,
  TelegramClient,
  translate,
  type TranslationKey,
  type TranslationParams,
} from '../../src/modules/telegram/index.js';
import { UsersService, type User } from '../../src/modules/users/index.js';
import { startTestApp, type TestApp, type TestAppOptions } from '../support/app.js';
import { waitFor } from '../support/wait-for.js';

/** Limits of providers that are not what these tests are about, and deadlines that a busy machine cannot reach. */
const ROOMY = {
  JOB_DEADLINE_MS: '60000',
  JOB_QUEUE_DEADLINE_MS: '120000',
  JOB_DELIVERY_EXTRA_MS: '60000',
  KIE_TASK_DEADLINE_MS: '50000',
  KIE_TASK_START_MIN_MS: '1000',
  KIE_READS_PER_SECOND_MAX: '2000',
  TELEGRAM_SENDS_PER_SECOND_MAX: '1000',
};
/** Generations of 10 to 20 real ms on the tests' clock. */
const QUICK_TASKS = { durationTrueMs: { min: 1_500, max: 3_000 } };
const WAIT_MS = 20_000;

/** What customers send: small, as decoding a photo of usual size takes a fifth of an order's time. */
const PHOTO = await sharp(readAsset('photos/mug.jpg')).resize({ width: 360 }).jpeg().toBuffer();

/** Goes to the fake KIE as it is; what magic words in it do stands in sandbox/kie/kie-script.ts. */
export const OWN_PROMPT = 'A steel thermos on a kitchen table, morning light, slow push in';

/** A row of `jobs`, in the database's spelling. */
export type JobRow = Record<string, unknown> & {
  id: string;
  order_id: string;
  status: Job['status'];
  step: Job['step'];
  failure_reason: Job['failureReason'];
  error_class: Job['errorClass'];
  error_details: unknown;
  wake_number: number;
  generation_attempts: number;
  delivery_attempts: number;
  result_url: string | null;
  video_message_id: string | null;
  video_file_id: string | null;
};

/** A row of `kie_tasks`. */
export type TaskRow = Record<string, unknown> & {
  id: string;
  state: KieTask['state'];
  task_id: string | null;
  credits_consumed: string | null;
  error_details: unknown;
};

/** The whole product with its fakes, and shorthand for what the tests of jobs ask of it. */
export class JobsWorld {
  private constructor(readonly test: TestApp) {}

  static async start({ env, ...options }: TestAppOptions = {}): Promise<JobsWorld> {
    const world = new JobsWorld(await startTestApp({ ...options, env: { ...ROOMY, ...env } }));
    world.kie.configure({ defaults: QUICK_TASKS });
    return world;
  }

  stop(): Promise<void> {
    return this.test.stop();
  }

  get kie(): FakeKie {
    return this.test.world.kie;
  }

  get openAi(): FakeOpenAi {
    return this.test.world.openAi;
  }

  get telegram(): FakeTelegram {
    return this.test.world.telegram;
  }

  get<T>(type: Type<T>): T {
    return this.test.app.get(type, { strict: false });
  }

  query<Row>(sql: string, parameters?: unknown[]): Promise<Row[]> {
    return this.test.database.query<Row>(sql, parameters);
  }

  /** Somebody with the given credits who has a chat with the bot. */
  async customer({ language = 'ru', credits = 2 } = {}): Promise<Customer> {
    const person = DemoPerson.add(this.telegram, language === 'ru' ? 'Анна' : 'Emma', language);
    if (this.test.env.ROLES.includes('bot')) await person.join();
    else person.say('/start');
    const profile = { tgUserId: person.id, firstName: 'Anna', languageCode: language };
    const { user } = await this.get(UsersService).register(profile);
    if (credits > 2) {
      await this.test.database.dataSource.transaction((manager) =>
        this.get(CreditsService).add(manager, {
          tgUserId: person.id,
          amount: credits - 2,
          type: 'bonus',
        }),
      );
    }
    return new Customer(this, person, user);
  }

  /** The invariants of credits, jobs and tasks hold. */
  async expectCleanAudit(): Promise<void> {
    const { drift, problems } = await this.get(CreditsAudit).run();
    expect({ drift, problems }).toEqual({ drift: 0, problems: [] });
  }

  async job(jobId: string): Promise<JobRow> {
    const [row] = await this.query<JobRow>('select * from jobs where id = $1', [jobId]);
    if (!row) throw new Error(`There is no job ${jobId}`);
    return row;
  }

  /** Waits until the job is what it should be, and returns it. */
  until(jobId: string, condition: (job: JobRow) => boolean, what: string): Promise<JobRow> {
    return waitFor(
      async () => {
        const job = await this.job(jobId);
        return condition(job) ? job : null;
      },
      { what, timeoutMs: WAIT_MS },
    );
  }

  over(jobId: string): Promise<JobRow> {
    return this.until(jobId, ({ status }) => status === 'completed' || status === 'failed', 'the end');
  }

  tasks(jobId: string): Promise<TaskRow[]> {
    return this.query<TaskRow>('select * from kie_tasks where job_id = $1 order by attempt', [jobId]);
  }

  /** The job's task at KIE, once it is there. */
  async taskAtKie(jobId: string): Promise<{ rowId: string; taskId: string }> {
    const row = await waitFor(async () => (await this.tasks(jobId)).find((task) => task.task_id !== null), {
      what: 'a task at KIE',
      timeoutMs: WAIT_MS,
    });
    return { rowId: row.id, taskId: row.task_id ?? '' };
  }

  /** The names of the job's timeline, oldest first. */
  async timeline(jobId: string): Promise<string[]> {
    const rows = await this.query<{ event: string }>(
      'select event from job_events where job_id = $1 order by id',
      [jobId],
    );
    return rows.map(({ event }) => event);
  }

  async notices(userId: string) {
    return this.query<
      Pick<Notice, 'id' | 'cause' | 'attempts' | 'payload'> & {
        sent_at: Date | null;
        dropped_at: Date | null;
        last_error: string | null;
      }
    >('select * from notices where user_id = $1 order by id', [userId]);
  }
}

/** A person who orders without the conversation, by the service that stands behind it. */
export class Customer {
  constructor(
    private readonly world: JobsWorld,
    readonly person: DemoPerson,
    readonly user: User,
  ) {}

  /** What an order asks for, with a photo of this person's. */
  async request(changes: Partial<OrderRequest> = {}): Promise<OrderRequest> {
    const { id, tgUserId, language } = this.user;
    return {
      user: { id, tgUserId, language },
      kind: 'neurocard',
      template: 'self',
      photoPath: changes.photoPath ?? (await this.photoPath()),
      description: 'A steel thermos, 450 ml',
      prompt: OWN_PROMPT,
      wishes: null,
      draftId: randomUUID(),
      count: 1,
      creditsShown: this.world.get(OrderTerms).priceOf(changes.count ?? 1, changes.model),
      chatId: this.person.id,
      ...changes,
    };
  }

  /** Orders with a progress message, as from the confirm screen. */
  async order(changes: Partial<OrderRequest> = {}): Promise<{ orderId: string; jobIds: string[] }> {
    const shown = await this.world.get(TelegramClient).sendMessage(this.person.id, { text: 'Your order' });
    const request = await this.request({ progressMessageId: shown.messageId, ...changes });
    const started = await this.world.get(JobsService).startOrder(request);
    if (started.kind !== 'started') throw new Error(`The order was not started: ${started.kind}`);
    return started;
  }

  /** One video; its job's id. */
  async orderOne(changes: Partial<OrderRequest> = {}): Promise<string> {
    const { jobIds } = await this.order(changes);
    return jobIds[0] ?? '';
  }

  async photoPath(): Promise<string> {
    const taken = await this.world.get(PhotosService).intake(this.user.tgUserId, PHOTO);
    if (taken.kind !== 'stored') throw new Error(`The photo was not taken: ${taken.reason}`);
    return taken.path;
  }

  balance(): Promise<number> {
    return this.world.get(CreditsService).balanceOf(this.user.id);
  }

  /** Waits for a message with this text in it, as the person reads it. */
  reads(key: TranslationKey, params: TranslationParams = {}): Promise<ChatMessage> {
    const text = this.text(key, params);
    return this.person.sees((message) => message.text.includes(text), WAIT_MS);
  }

  /** How many messages hold this text. */
  count(key: TranslationKey, params: TranslationParams = {}): number {
    const text = this.text(key, params);
    return this.person.chat().filter((message) => message.text.includes(text)).length;
  }

  private text(key: TranslationKey, params: TranslationParams): string {
    return htmlToPlain(translate(this.user.language, key, params));
  }
}
