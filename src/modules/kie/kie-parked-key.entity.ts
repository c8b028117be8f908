import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A key that no worker uses: out of money, or without access. */
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
}
