import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ActionName, ActionResult, SubjectKind } from './operator-action.types.js';

/** What an operator did, and why. Never changed. */
@Entity('operator_actions')
export class OperatorAction {
  /** Of a bigint, as text. */
  @PrimaryColumn('bigint') id!: string;
  @Column('uuid') key!: string;
  @Column('text') operator!: string;
  @Column('text') action!: ActionName;
  @Column('text', { name: 'subject_kind' }) subjectKind!: SubjectKind;
  @Column('text') subject!: string;
  @Column('text') reason!: string;
  @Column('text') outcome!: ActionResult['outcome'];
  @Column('jsonb') details!: Record<string, unknown>;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
}
