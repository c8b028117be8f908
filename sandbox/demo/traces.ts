import type { DataSource } from 'typeorm';
import type { KieTaskView } from '../kie/index.js';
import type { Stage } from './stage.js';

/** A job as the database and the fakes saw it. */
export interface JobSummary {
  id: string;
  status: string;
  failure_reason: string | null;
  /** Tasks that KIE really made for it. */
  kie_tasks: number;
  /** Videos that Telegram took for it. */
  sends: number;
}

/** Every job of the person on stage, oldest first. */
export async function findJobs({ dataSource, person, world }: Stage): Promise<JobSummary[]> {
  const rows = await dataSource.query<
    (Pick<JobSummary, 'id' | 'status' | 'failure_reason'> & { task_rows: string[] })[]
  >(
    `select j.id, j.status, j.failure_reason,
            array(select t.id::text from kie_tasks t where t.job_id = j.id) as task_rows
       from jobs j join users u on u.id = j.user_id where u.tg_user_id = $1 order by j.created_at, j.position`,
    [person.id],
  );
  const tasks = world.kie.tasks();
  const videos = person.videos();
  return rows.map(({ task_rows, ...job }) => ({
    ...job,
    kie_tasks: madeFor(task_rows, tasks).length,
    sends: videos.filter(({ keyboard }) => JSON.stringify(keyboard).includes(job.id)).length,
  }));
}

/** The tasks that KIE really made for the person on stage, oldest first, whatever our rows say about them. */
export async function findTasks({ dataSource, person, world }: Stage): Promise<KieTaskView[]> {
  const rows = await dataSource.query<{ id: string }[]>(
    `select t.id::text from kie_tasks t join jobs j on j.id = t.job_id join users u on u.id = j.user_id
      where u.tg_user_id = $1`,
    [person.id],
  );
  return madeFor(
    rows.map(({ id }) => id),
    world.kie.tasks(),
  );
}

/** Each task was told its row's id, in the address of its callback. */
function madeFor(taskRows: readonly string[], tasks: readonly KieTaskView[]): KieTaskView[] {
  return tasks.filter(({ callBackUrl }) => taskRows.some((row) => callBackUrl?.endsWith(row)));
}

/** The person's credit history, oldest first: `signup +2 = 2`. */
export async function listPostings(dataSource: DataSource, personId: number): Promise<string[]> {
  const rows = await dataSource.query<{ operation_type: string; amount: number; balance_after: number }[]>(
    `select h.operation_type, h.amount, h.balance_after
       from credits_history h join users u on u.id = h.user_id where u.tg_user_id = $1 order by h.id`,
    [personId],
  );
  return rows.map(
    ({ operation_type: type, amount, balance_after: after }) =>
      `${type} ${amount > 0 ? '+' : ''}${amount} = ${after}`,
  );
}
