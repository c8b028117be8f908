import { Injectable } from '@nestjs/common';
import { EntityManager } from 'typeorm';
import { entityOfRow } from '../../platform/index.js';
import { KieTask, type KieTaskState } from './kie-task.entity.js';

/** A task row to be written before KIE is called. */
export interface NewKieTask {
  id: string;
  jobId: string;
  model: string;
  keyFingerprint: string;
  /** By the catalogue, in KIE's credits. */
  creditsListed: number;
  callbackExpected: boolean;
}

/** What came of a task; only the given fields change. */
export interface TaskOutcome {
  state: KieTaskState;
  taskId?: string;
  resultUrl?: string;
  creditsConsumed?: number | null;
  errorClass?: string | null;
  errorCode?: string | null;
  errorText?: string;
  errorDetails?: unknown;
}

const IN_FLIGHT: readonly KieTaskState[] = ['creating', 'unknown', 'running'];

@Injectable()
export class KieTasksRepository {
  async find(manager: EntityManager, id: string): Promise<KieTask | null> {
    const [task] = await this.list(manager, 'id = $1', [id]);
    return task ?? null;
  }

  /** The job's task that is not over, if any: the schema allows one. */
  async findInFlight(manager: EntityManager, jobId: string): Promise<KieTask | null> {
    const [task] = await this.list(manager, 'job_id = $1 and state = any($2)', [jobId, IN_FLIGHT]);
    return task ?? null;
  }

  /** How long ago a task was written down. */
  async ageMs(manager: EntityManager, id: string): Promise<number> {
    const [row] = await manager.query<{ age_ms: number }[]>(
      `select (extract(epoch from clock_timestamp() - created_at) * 1000)::float8 as age_ms from kie_tasks where id = $1`,
      [id],
    );
    return row?.age_ms ?? 0;
  }

  /** All tasks of a job, the first attempt first. */
  listOfJob(manager: EntityManager, jobId: string): Promise<KieTask[]> {
    return this.list(manager, 'job_id = $1', [jobId]);
  }

  async insert(manager: EntityManager, task: NewKieTask, deadlineAt: Date): Promise<void> {
    await manager.query(
      `insert into kie_tasks (id, job_id, attempt, model, key_fingerprint, callback_expected, deadline_at, credits_listed)
       select $1, $2, coalesce(max(attempt), 0) + 1, $3, $4, $5, $6, $7
         from kie_tasks where job_id = $2`,
      [
        ...[task.id, task.jobId, task.model, task.keyFingerprint],
        ...[task.callbackExpected, deadlineAt, task.creditsListed],
      ],
    );
  }

  /**
   * Writes what came of a task, if it is still in one of the given states.
   *
   * @returns false when it is not; nothing is changed then.
   */
  async settle(
    manager: EntityManager,
    id: string,
    from: readonly KieTaskState[],
    to: TaskOutcome,
  ): Promise<boolean> {
    const over = !IN_FLIGHT.includes(to.state);
    const [, affected] = await manager.query<[unknown[], number]>(
      `update kie_tasks set state = $3, task_id = coalesce($4, task_id), result_url = coalesce($5, result_url),
              credits_consumed = coalesce($6, credits_consumed), error_class = coalesce($7, error_class),
              error_code = coalesce($8, error_code), error_text = coalesce($9, error_text),
              error_details = coalesce($10, error_details),
              finished_at = case when $11 then clock_timestamp() end
        where id = $1 and state = any($2)`,
      [
        id,
        from,
        to.state,
        to.taskId ?? null,
        to.resultUrl ?? null,
        to.creditsConsumed ?? null,
        to.errorClass ?? null,
        to.errorCode ?? null,
        to.errorText ?? null,
        to.errorDetails === undefined ? null : JSON.stringify(to.errorDetails),
        over,
      ],
    );
    return affected === 1;
  }

  /**
   * Keeps the id that KIE gave a task, whatever became of the job meanwhile; a task in flight is `running` from then on.
   *
   * @returns the state that the task has now; null when KIE gave it another id before.
   */
  async learnTaskId(manager: EntityManager, id: string, taskId: string): Promise<KieTaskState | null> {
    const [rows] = await manager.query<[{ state: KieTaskState }[], number]>(
      `update kie_tasks set task_id = $2, state = case when state = any($3) then 'running' else state end
        where id = $1 and coalesce(task_id, $2) = $2
        returning state`,
      [id, taskId, IN_FLIGHT],
    );
    return rows[0]?.state ?? null;
  }

  /** A failed job no longer waits for its task; a callback may still find it. */
  async abandonInFlight(manager: EntityManager, jobId: string): Promise<void> {
    await manager.query(
      `update kie_tasks set state = 'abandoned', finished_at = clock_timestamp() where job_id = $1 and state = any($2)`,
      [jobId, IN_FLIGHT],
    );
  }

  private async list(manager: EntityManager, condition: string, parameters: unknown[]): Promise<KieTask[]> {
    const sql = `select * from kie_tasks where ${condition} order by attempt`;
    const rows = await manager.query<Record<string, unknown>[]>(sql, parameters);
    return rows.map((row) => entityOfRow(manager, KieTask, row));
  }
}
