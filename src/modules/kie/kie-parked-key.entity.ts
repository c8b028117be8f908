import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A key that no worker uses, out of money or without access; or that was given back. */
@Entity('kie_parked_keys')
export class KieParkedKey {
  @PrimaryColumn('text') fingerprint!: string;
  @Column('text') reason!: 'money' | 'access';
  /** Fingerprint of all keys that were configured when it was parked. */
  @Column('text') configuration!: string;
  /** KIE's own words. */
  @Column('text', { name: 'refused_with' }) refusedWith!: string;
  @Column('timestamptz', { name: 'parked_at' }) parkedAt!: Date;
  /** When its balance is asked for; null for a key without access, which waits for another configuration. */
  @Column('timestamptz', { name: 'ask_at', nullable: true }) askAt!: Date | null;
  /** Set once it is in use again. */
  @Column('timestamptz', { name: 'released_at', nullable: true }) releasedAt!: Date | null;
  /** How often in a row it was parked, each time soon after it was given back. */
  @Column('integer') times!: number;
}
