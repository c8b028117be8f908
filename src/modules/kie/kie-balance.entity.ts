import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What the account behind a key had when it was last asked. */
@Entity('kie_balances')
export class KieBalance {
  @PrimaryColumn('text') fingerprint!: string;
  /** In KIE's credits, which may have a fraction; null before the first answer. */
  @Column('double precision', { nullable: true }) credits!: number | null;
  @Column('timestamptz', { name: 'read_at', nullable: true }) readAt!: Date | null;
  /** Since when it has been too little; one moment for all keys that were found so in one look. */
  @Column('timestamptz', { name: 'low_since', nullable: true }) lowSince!: Date | null;
  /** Since when KIE has not told it. */
  @Column('timestamptz', { name: 'failed_since', nullable: true }) failedSince!: Date | null;
  /** When it is asked for next. */
  @Column('timestamptz', { name: 'ask_at' }) askAt!: Date;
}
