import { randomUUID } from 'node:crypto';
import { NotFoundException } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import {
  CreditsAudit,
  CreditsHistory,
  CreditsRepository,
  CreditsService,
} from '../../../src/modules/credits/index.js';
import { CheckCallbackService } from '../../../src/modules/jobs/check-callback.service.js';
import { CreateTaskService } from '../../../src/modules/jobs/create-task.service.js';
import { DueJobsRepository } from '../../../src/modules/jobs/due-jobs.repository.js';
import { CreationReports } from '../../../src/modules/jobs/creation-reports.js';
import { DeliverVideoService } from '../../../src/modules/jobs/deliver-video.service.js';
import { FinishedVideos } from '../../../src/modules/jobs/finished-videos.js';
import {
  Job,
  JobsService,
  KieTask,
  OrderCancellation,
  OrderTerms,
  ParkedVideos,
} from '../../../src/modules/jobs/index.js';
import { JobRepairs } from '../../../src/modules/jobs/job-repairs.js';
import { JobTransitions } from '../../../src/modules/jobs/job-transitions.js';
import { JobWakeUps } from '../../../src/modules/jobs/job-wake-ups.js';
import { JobsCron } from '../../../src/modules/jobs/jobs.cron.js';
import { JobsRepository } from '../../../src/modules/jobs/jobs.repository.js';
import { JobCostsRepository } from '../../../src/modules/jobs/job-costs.repository.js';
import { OperatorAlerts } from '../../../src/modules/jobs/operator-alerts.js';
import { OrderProgress } from '../../../src/modules/jobs/order-progress.js';
import { RecentTimes } from '../../../src/modules/jobs/recent-times.js';
import { StandingsRepository } from '../../../src/modules/jobs/standings.repository.js';
import { VideosRepository } from '../../../src/modules/jobs/videos.repository.js';
import { KieCallbackController } from '../../../src/modules/jobs/kie-callback.controller.js';
import { KieCallback } from '../../../src/modules/jobs/kie-callback.entity.js';
import { KieCallbacksRepository } from '../../../src/modules/jobs/kie-callbacks.repository.js';
import { KieTasksRepository } from '../../../src/modules/jobs/kie-tasks.repository.js';
import { PhotoLinks } from '../../../src/modules/jobs/photo-links.js';
import { PhotoLooks } from '../../../src/modules/jobs/photo-looks.js';
import { PhotoLooksRepository } from '../../../src/modules/jobs/photo-looks.repository.js';
import { PollTaskService } from '../../../src/modules/jobs/poll-task.service.js';
import { TaskReadings } from '../../../src/modules/jobs/task-readings.js';
import { TaskRefusals } from '../../../src/modules/jobs/task-refusals.js';
import { TaskStarts } from '../../../src/modules/jobs/task-starts.js';
import { VideoDownload } from '../../../src/modules/jobs/video-download.js';
import { VideoModels } from '../../../src/modules/jobs/video-models.js';
import { WritePromptService } from '../../../src/modules/jobs/write-prompt.service.js';
import {
  KIE_MODELS,
  KieBalance,
  KieBalances,
  KieClient,
  KieCreationSlots,
  KieKeyHealth,
  KieModelHealth,
  KieKeys,
  KieParkedKey,
} from '../../../src/modules/kie/index.js';
import {
  Notice,
  NoticesService,
  ProgressMessage,
  ProgressService,
  RecipientsService,
} from '../../../src/modules/notifications/index.js';
import { NoticesRepository } from '../../../src/modules/notifications/notices.repository.js';
import { ProgressRepository } from '../../../src/modules/notifications/progress.repository.js';
import { PhotoRetention, PhotosService } from '../../../src/modules/photos/index.js';
import { PromptHealth, PromptsService } from '../../../src/modules/prompts/index.js';
import { ChatPacing, SendHandlers, TelegramClient } from '../../../src/modules/telegram/index.js';
import { User, UsersRepository, UsersService } from '../../../src/modules/users/index.js';
import {
  Breakers,
  Metrics,
  Env,
  parseEnv,
  Queues,
  Switches,
  type HandlerResult,
} from '../../../src/platform/index.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { Bells, type Bell } from './bells.js';
import { Chance } from './chance.js';
import { inMortalProcess, mortalDataSource } from './mortal-process.js';
import { Outside } from './outside.js';

const ENTITIES = [
  User,
  CreditsHistory,
  Job,
  KieTask,
  KieCallback,
  KieParkedKey,
  KieBalance,
  Notice,
  ProgressMessage,
];
const SERVICES = [
  ...[CreditsRepository, CreditsService, UsersRepository, UsersService],
  ...[NoticesRepository, NoticesService, ProgressRepository, ProgressService, RecipientsService],
  ...[
    Breakers,
    Metrics,
    Switches,
    KieKeys,
    KieKeyHealth,
    KieModelHealth,
    KieBalances,
    KieCreationSlots,
    VideoModels,
    PromptHealth,
    PromptsService,
    SendHandlers,
    SchedulerRegistry,
  ],
  ...[
    JobCostsRepository,
    JobsRepository,
    DueJobsRepository,
    KieTasksRepository,
    KieCallbacksRepository,
    PhotoLooksRepository,
    PhotoLooks,
    JobWakeUps,
    JobTransitions,
    JobsService,
    JobsCron,
    OperatorAlerts,
    StandingsRepository,
    VideosRepository,
    RecentTimes,
    OrderProgress,
    ParkedVideos,
    OrderCancellation,
    OrderTerms,
    JobRepairs,
  ],
  ...[
    WritePromptService,
    PhotoLinks,
    TaskStarts,
    TaskRefusals,
    CreationReports,
    CreateTaskService,
    TaskReadings,
    PollTaskService,
    CheckCallbackService,
  ],
  ...[FinishedVideos, DeliverVideoService, KieCallbackController],
];
/** What is in a photo matters to nobody here. */
const PHOTOS = { read: () => Promise.resolve({ bytes: Buffer.from('jpeg'), mimeType: 'image/jpeg' }) };
const KEPT = { keep: () => Promise.resolve(true) };
const PACING = { claim: () => Promise.resolve(0), hold: () => Promise.resolve() };

/** Lets time pass for one person's jobs: everything that lies ahead of them comes nearer. */
const SHIFT_SQL = `
  create function let_time_pass(p_user_id uuid, p_ms double precision) returns void language plpgsql as $$
  declare d interval := p_ms * interval '1 ms';
  begin
    update jobs set deadline_at = deadline_at - d, wake_at = wake_at - d, delivery_lease_until = delivery_lease_until - d,
      photo_url_expires_at = photo_url_expires_at - d, parked_at = parked_at - d where user_id = p_user_id;
    update kie_tasks t set deadline_at = t.deadline_at - d, created_at = t.created_at - d
      from jobs j where j.id = t.job_id and j.user_id = p_user_id;
    update kie_callbacks c set received_at = c.received_at - d, check_at = c.check_at - d
      from kie_tasks t join jobs j on j.id = t.job_id where t.id = c.kie_task_id and j.user_id = p_user_id;
    update breakers set opened_at = opened_at - d, open_until = open_until - d;
    update kie_creation_slots set busy_until = array(select t - d from unnest(busy_until) t);
  end $$`;

let nextTgUserId = 1_000;

/** One database in which one history after the other happens: the real services, with KIE, Telegram, queues and time in memory. */
export class HistoryWorld {
  userId = '';
  jobIds: string[] = [];
  private tgUserId = 0;

  private constructor(
    readonly database: TestDatabase,
    readonly bells: Bells,
    readonly outside: Outside,
    private readonly module: TestingModule,
  ) {}

  static async open(): Promise<HistoryWorld> {
    const database = await createTestDatabase({ entities: ENTITIES, poolMax: 4 });
    await database.query(SHIFT_SQL);
    const bells = new Bells();
    const outside = new Outside();
    const env = parseEnv({
      APP_ENV: 'sandbox',
      BOT_TOKEN: '1000:aaaaaaaaaaaaaaaaaaaaaaaa',
      OPENAI_API_KEY: 'sk-test',
      KIE_API_KEY: 'one-key,another-key',
      YOOKASSA_SHOP_ID: '100500',
      YOOKASSA_API_KEY: 'test_shop-secret',
      KIE_MODEL: KIE_MODELS[0]?.id,
      KIE_MODEL_FALLBACKS: KIE_MODELS[1]?.id,
      DATABASE_URL: database.url,
      PUBLIC_BASE_URL: 'https://bot.example',
      WEBHOOK_SECRET_TOKEN: 'a-secret-of-the-tests',
    });
    const module = await Test.createTestingModule({
      providers: [
        ...SERVICES,
        { provide: Env, useValue: env },
        { provide: DataSource, useValue: mortalDataSource(database.dataSource) },
        { provide: Queues, useValue: bells.queues },
        { provide: KieClient, useValue: outside.kie },
        { provide: TelegramClient, useValue: outside.telegram },
        { provide: PhotosService, useValue: PHOTOS },
        { provide: PhotoRetention, useValue: KEPT },
        { provide: VideoDownload, useValue: outside.downloads },
        { provide: ChatPacing, useValue: PACING },
      ],
    }).compile();
    module.get(DeliverVideoService).onModuleInit();
    return new HistoryWorld(database, bells, outside, module);
  }

  async close(): Promise<void> {
    await this.module.close();
    await this.database.drop();
  }

  /** A new person orders; where the process is killed meanwhile, the tap comes once more. */
  async begin(seed: number, count: number, killAt: number | null): Promise<void> {
    this.outside.begin(new Chance(seed));
    this.bells.clear();
    this.tgUserId = nextTgUserId += 1;
    await this.database.query(
      'delete from kie_parked_keys; delete from kie_creation_slots; delete from breakers',
    );
    const [row] = await this.database.query<{ user: { user_id: string } }>(
      `select register_user($1, 'seller', 'Anna', null, 'ru', 2) as user`,
      [this.tgUserId],
    );
    this.userId = row?.user.user_id ?? '';
    const request = {
      user: { id: this.userId, tgUserId: this.tgUserId, language: 'ru' },
      kind: 'neurocard',
      template: 'self',
      photoPath: 'inputs/1/a.jpg',
      description: 'A mug',
      prompt: 'A red mug on a table',
      wishes: null,
      draftId: randomUUID(),
      count,
      creditsShown: count,
      chatId: this.tgUserId,
      progressMessageId: 1,
    } as const;
    const order = () => this.module.get(JobsService).startOrder(request);
    await inMortalProcess(killAt, order).catch(() => undefined);
    const started = await order();
    this.jobIds = 'jobIds' in started ? started.jobIds : [];
  }

  /** Works on a bell that is due, in a process that is killed at its `killAt`-th touch of the outside. */
  async ring(bell: Bell | undefined, killAt: number | null = null): Promise<void> {
    if (bell) await this.bells.answer(bell, () => inMortalProcess(killAt, () => this.handle(bell)));
  }

  /** One look of the cron. */
  async cron(killAt: number | null = null): Promise<void> {
    await inMortalProcess(killAt, () => this.module.get(JobsCron).tick());
  }

  async letTimePass(ms: number): Promise<void> {
    this.bells.nowMs += ms;
    await this.database.query('select let_time_pass($1, $2)', [this.userId, ms]);
  }

  /** KIE calls back about a row with a claim, whatever both are. Returns the status. */
  async callBack(rowId: string, claimedTaskId: string, killAt: number | null = null): Promise<number> {
    const body = { code: 200, msg: 'ok', data: { taskId: claimedTaskId, state: 'success' } };
    const receive = () => this.module.get(KieCallbackController).receive(rowId, body, undefined, undefined);
    try {
      await inMortalProcess(killAt, receive);
      return 200;
    } catch (error) {
      return error instanceof NotFoundException ? 404 : 500;
    }
  }

  async personBlocks(): Promise<void> {
    await this.module.get(UsersService).markBlocked(this.userId);
  }

  async personReturns(killAt: number | null = null): Promise<void> {
    const take = async () => {
      if (!(await this.module.get(UsersService).markReturned(this.userId))) return;
      await this.module.get(ParkedVideos).resume(this.userId);
    };
    await inMortalProcess(killAt, take).catch(() => undefined);
  }

  /** Gives up whatever nobody has begun. */
  async personCancels(killAt: number | null = null): Promise<void> {
    const [job] = await this.database.query<{ order_id: string }>(
      'select order_id from jobs where user_id = $1 limit 1',
      [this.userId],
    );
    const cancel = () => this.module.get(OrderCancellation).cancel(this.userId, job?.order_id ?? '');
    await inMortalProcess(killAt, cancel).catch(() => undefined);
  }

  /** An operator fails a job, or has its video sent again. */
  async operatorDoes(does: 'fail' | 'sendAgain', jobId: string, killAt: number | null = null): Promise<void> {
    const record = { isNew: () => Promise.resolve(true), write: () => Promise.resolve() };
    const act = () => this.module.get(JobRepairs)[does](jobId, record);
    await inMortalProcess(killAt, act).catch(() => undefined);
  }

  audit() {
    return new CreditsAudit(this.database.dataSource).run();
  }

  private handle(bell: Bell): Promise<HandlerResult> {
    const payload = bell.payload as never;
    switch (bell.queue) {
      case 'write-prompt':
        return this.module.get(WritePromptService).run(payload);
      case 'create-task':
        return this.module.get(CreateTaskService).run(payload);
      case 'poll-task':
        return this.module.get(PollTaskService).run(payload);
      case 'check-callback':
        return this.module.get(CheckCallbackService).run(payload);
      default: {
        const send = bell.payload as { kind: string };
        // Notices and progress have tests of their own; here their rows are what counts.
        if (send.kind !== 'video') return Promise.resolve();
        return this.module.get(SendHandlers).get('video')(payload);
      }
    }
  }
}
