import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A callback that named a task of ours; however often it comes with the same claim, one row. */
@Entity('kie_callbacks')
export class KieCallback {
  /** A number that may outgrow JavaScript's, so a string. */
  @PrimaryColumn('bigint') id!: string;
  @Column('uuid', { name: 'kie_task_id' }) kieTaskId!: string;
  /** KIE's id of the task, as the body claims; not believed. */
  @Column('text', { name: 'claimed_task_id', nullable: true }) claimedTaskId!: string | null;
  @Column('integer') times!: number;
  @Column('timestamptz', { name: 'received_at' }) receivedAt!: Date;
  /** When KIE is to be asked about it; null once that has no more use. */
  @Column('timestamptz', { name: 'check_at', nullable: true }) checkAt!: Date | null;
}
