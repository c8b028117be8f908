import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Env } from '../../platform/index.js';
import { PhotosService } from '../photos/index.js';
import { JOB_OPEN, JOB_OVERDUE, JOB_WAITING } from './conditions.js';
import { ConsoleError } from './console.errors.js';
import { findPeople } from './find-people.js';
import { maskDetails } from './masking.rules.js';
import type { JobEventView, JobRow, JobView, KieTaskView, Page } from './protocol.js';
import type { JobsQuery } from './queries.schemas.js';
import { Filter, HISTORY, NOTICE, PAGE_ROWS, pageOf, PERSON, ReadOnly } from './read-only.js';
import { readSearch } from './search.rules.js';

/** Of one job; a generation takes a handful. */
const EVENTS_MAX = 500;
const TASKS_MAX = 50;

const ROW = `j.id, j.created_at as "createdAt", j.finished_at as "finishedAt", j.status, j.step,
  j.failure_reason as "failureReason", j.model, j.kind, j.template_type as template, j.credits, ${PERSON} as person`;

const REST = `j.order_id as "orderId", j.position, j.prompt_input as "promptInput", j.options->>'wishes' as wishes, j.prompt,
  j.prompt_source as "promptSource", j.options->>'model' as "chosenModel", j.started_at as "startedAt",
  j.deadline_at as "deadlineAt", j.wake_at as "wakeAt", j.generation_attempts as "generationAttempts",
  j.delivery_attempts as "deliveryAttempts", j.result_url as "resultUrl", j.result_expires_at as "resultExpiresAt",
  j.video_file_id is not null as "hasVideoInTelegram", j.parked_at as "parkedAt", j.presented_at as "presentedAt",
  j.error_class as "errorClass", j.error_details as "errorDetails", j.photo_path is not null as "hasPhoto",
  u.credits as balance`;

const COSTS = `c.kie_credits::float8 as "kieCredits", c.kie_credits_estimated as "kieCreditsEstimated",
  c.kie_credits_possible::float8 as "kieCreditsPossible", c.kopecks_earned as "earnedKopecks", c.stars_earned::float8 as "earnedStars"`;

const TASK = `t.attempt, t.task_id as "taskId", t.model, t.key_fingerprint as "keyFingerprint", t.state, t.created_at as "createdAt",
  t.finished_at as "finishedAt", t.credits_consumed::float8 as "creditsConsumed", t.credits_listed::float8 as "creditsListed",
  t.result_url as "resultUrl", t.error_class as "errorClass", t.error_code as "errorCode", t.error_text as "errorText",
  t.error_details as "errorDetails",
  (select coalesce(sum(c.times), 0)::int from kie_callbacks c where c.kie_task_id = t.id) as callbacks`;

/** Jobs, as operators look for them. */
@Injectable()
export class JobsReader {
  constructor(
    private readonly readOnly: ReadOnly,
    private readonly photos: PhotosService,
    private readonly env: Env,
  ) {}

  /** @throws ConsoleError for a cursor that was never given out. */
  list(query: JobsQuery): Promise<Page<JobRow>> {
    return this.readOnly.run(async (manager) => {
      const filter = new Filter()
        .add('j.status = ?', query.status)
        .add('j.step = ?', query.step)
        .add('j.failure_reason = ?', query.reason)
        .add('j.model = ?', query.model);
      if (query.only === 'open') filter.add(JOB_OPEN);
      if (query.only === 'waiting') filter.add(JOB_WAITING);
      if (query.only === 'overdue') filter.add(JOB_OVERDUE);
      this.addDays(filter, query);
      filter.after(query.after, 'j');
      if (query.text) await addMeaning(manager, filter, query.text);
      return pageOf(
        await manager.query<(JobRow & { cursorAt: string })[]>(
          `select ${ROW}, j.created_at::text as "cursorAt"
             from (select * from jobs j where ${filter.sql} order by j.created_at desc, j.id desc limit ${PAGE_ROWS + 1}) j
             join users u on u.id = j.user_id order by j.created_at desc, j.id desc`,
          filter.values,
        ),
      );
    });
  }

  /** The newest jobs of a person. */
  listOf(userId: string, after: string | undefined): Promise<Page<JobRow>> {
    return this.readOnly.run(async (manager) => {
      const filter = new Filter().add('j.user_id = ?', userId).after(after, 'j');
      return pageOf(
        await manager.query<(JobRow & { cursorAt: string })[]>(
          `select ${ROW}, j.created_at::text as "cursorAt" from jobs j join users u on u.id = j.user_id
            where ${filter.sql} order by j.created_at desc, j.id desc limit ${PAGE_ROWS + 1}`,
          filter.values,
        ),
      );
    });
  }

  /** Everything about one job. @throws ConsoleError 404. */
  read(jobId: string): Promise<JobView> {
    return this.readOnly.run(async (manager) => {
      const [job] = await manager.query<JobView[]>(
        `select ${ROW}, ${REST}, ${COSTS} from jobs j join users u on u.id = j.user_id join job_costs c on c.job_id = j.id
          where j.id = $1`,
        [jobId],
      );
      if (!job) throw new ConsoleError(404, 'There is no such job.');
      const [events, tasks] = [await readEvents(manager, jobId), await readTasks(manager, jobId)];
      return {
        ...job,
        errorDetails: maskDetails(job.errorDetails),
        events,
        tasks,
        history: await manager.query(
          `select ${HISTORY} from credits_history h where (h.job_id = $1 and h.operation_type = 'usage') or (h.job_id = $1 and h.operation_type = 'refund') order by h.id`,
          [jobId],
        ),
        notices: await manager.query(
          `select ${NOTICE} from notices n where n.user_id = $1 and n.payload->>'jobId' = $2 order by n.id desc limit ${PAGE_ROWS}`,
          [job.person.id, jobId],
        ),
        siblings: await manager.query(
          'select j.id, j.position, j.status from jobs j where j.order_id = $1 and j.id <> $2 order by j.position',
          [job.orderId, jobId],
        ),
      };
    });
  }

  /** The product's photo of a job. @throws ConsoleError 404; what `PhotosService.read` throws. */
  async readPhoto(jobId: string): Promise<{ bytes: Buffer; mimeType: string }> {
    const [row] = await this.readOnly.run((manager) =>
      manager.query<{ path: string | null }[]>('select photo_path as path from jobs where id = $1', [jobId]),
    );
    if (!row?.path) throw new ConsoleError(404, 'This job has no photo any more.');
    return this.photos.read(row.path);
  }

  private addDays(filter: Filter, { from, to }: Pick<JobsQuery, 'from' | 'to'>): void {
    if (from) filter.add('j.created_at >= ?::timestamp at time zone ?', from, this.env.TIME_ZONE);
    if (to) filter.add(`j.created_at < (?::date + 1)::timestamp at time zone ?`, to, this.env.TIME_ZONE);
  }
}

/** Jobs by their own id, a task's id of KIE, or their person. */
async function addMeaning(manager: EntityManager, filter: Filter, text: string): Promise<void> {
  const meaning = readSearch(text);
  const people = await findPeople(manager, meaning);
  const jobs = await manager.query<{ id: string }[]>(
    `(select id from jobs where id between $1 and $2 limit $4)
     union (select job_id from kie_tasks where task_id = $3) limit $4`,
    [meaning.idRange?.from ?? null, meaning.idRange?.to ?? null, meaning.foreignId, PAGE_ROWS],
  );
  filter.add(
    '(j.id = any(?::uuid[]) or j.user_id = any(?::uuid[]))',
    jobs.map(({ id }) => id),
    people,
  );
}

async function readEvents(manager: EntityManager, jobId: string): Promise<JobEventView[]> {
  const events = await manager.query<JobEventView[]>(
    `select e.at, e.event, e.details from job_events e where e.job_id = $1 order by e.id limit ${EVENTS_MAX}`,
    [jobId],
  );
  return events.map((event) => ({ ...event, details: maskDetails(event.details) }));
}

async function readTasks(manager: EntityManager, jobId: string): Promise<KieTaskView[]> {
  const tasks = await manager.query<KieTaskView[]>(
    `select ${TASK} from kie_tasks t where t.job_id = $1 order by t.attempt limit ${TASKS_MAX}`,
    [jobId],
  );
  return tasks.map((task) => ({ ...task, errorDetails: maskDetails(task.errorDetails) }));
}
