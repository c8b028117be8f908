import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ErrorClass } from '../kie/index.js';

/** `creating`, `unknown` and `running` are in flight; a job has at most one of those. */
export type KieTaskState =
  'creating' | 'unknown' | 'running' | 'succeeded' | 'failed' | 'refused' | 'maybe_paid' | 'abandoned';

/** One generation task at KIE: written before KIE is called; its random id stands in the callback's address. */
@Entity('kie_tasks')
export class KieTask {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid', { name: 'job_id' }) jobId!: string;
  @Column('integer') attempt!: number;
  @Column('text') model!: string;
  @Column('text', { name: 'key_fingerprint' }) keyFingerprint!: string;
  @Column('text') state!: KieTaskState;
  /** KIE's own id, an opaque string. */
  @Column('text', { name: 'task_id', nullable: true }) taskId!: string | null;
  @Column('boolean', { name: 'callback_expected' }) callbackExpected!: boolean;
  @Column('text', { name: 'result_url', nullable: true }) resultUrl!: string | null;
  /** What KIE charged; numeric, so a string. */
  @Column('numeric', { name: 'credits_consumed', nullable: true, precision: 12, scale: 2 }) creditsConsumed!:
    string | null;
  /** What the catalogue said a video costs when the task was made. */
  @Column('numeric', { name: 'credits_listed', nullable: true, precision: 12, scale: 2 }) creditsListed!:
    string | null;
  @Column('text', { name: 'error_class', nullable: true }) errorClass!: ErrorClass | null;
  @Column('text', { name: 'error_code', nullable: true }) errorCode!: string | null;
  @Column('text', { name: 'error_text', nullable: true }) errorText!: string | null;
  @Column('jsonb', { name: 'error_details', nullable: true }) errorDetails!: unknown;
  @Column('timestamptz', { name: 'deadline_at' }) deadlineAt!: Date;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
  @Column('timestamptz', { name: 'finished_at', nullable: true }) finishedAt!: Date | null;
}
