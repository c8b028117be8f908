import { Injectable } from '@nestjs/common';
import { JobRepairs, type MadeAgain } from '../jobs/index.js';
import type { ActionResult, OperatorRequest } from './operator-action.types.js';
import { OperatorActions } from './operator-actions.js';

/** What operators do with videos. */
@Injectable()
export class JobActions {
  constructor(
    private readonly actions: OperatorActions,
    private readonly repairs: JobRepairs,
  ) {}

  /** Fails a job that is not over: the credit goes back, and the person is told. */
  fail(request: OperatorRequest, jobId: string): Promise<ActionResult> {
    const about = { action: 'job_failed', subjectKind: 'job', subject: jobId } as const;
    return this.actions.performElsewhere(request, about, (record) => this.repairs.fail(jobId, record));
  }

  /** Has a finished video sent (again); free of charge where its credit had gone back. */
  sendAgain(request: OperatorRequest, jobId: string): Promise<ActionResult> {
    const about = { action: 'job_sent_again', subjectKind: 'job', subject: jobId } as const;
    return this.actions.performElsewhere(request, about, (record) => this.repairs.sendAgain(jobId, record));
  }

  /** Makes a job that is over once more, at our expense. `details.jobId` is the new one. */
  async makeAgain(request: OperatorRequest, jobId: string): Promise<ActionResult> {
    let made: MadeAgain | null = null;
    const about = { action: 'job_made_again', subjectKind: 'job', subject: jobId } as const;
    const result = await this.actions.perform(request, about, async (manager) => {
      made = await this.repairs.makeAgain(manager, jobId, `made-again-${request.key}`);
      return { outcome: made.outcome, details: made.jobId ? { jobId: made.jobId } : {} };
    });
    if (made) await this.repairs.wake(made);
    return result;
  }
}
