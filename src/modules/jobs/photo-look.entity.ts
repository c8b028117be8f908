import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What was seen in one product photo. */
@Entity('photo_looks')
export class PhotoLook {
  /** `inputs/<tg_user_id>/<uuid>.jpg`, as intake returned it. */
  @PrimaryColumn('text', { name: 'photo_path' }) photoPath!: string;
  /** `unknown`: OpenAI said nothing about it. */
  @Column('text') state!: 'waiting' | 'looked' | 'unknown';
  /** By moderation. These three are null unless somebody looked. */
  @Column('boolean', { nullable: true }) flagged!: boolean | null;
  @Column('boolean', { nullable: true }) people!: boolean | null;
  @Column('boolean', { nullable: true }) brand!: boolean | null;
  /** What the look took, until a job takes it over. */
  @Column('integer', { name: 'tokens_in', nullable: true }) tokensIn!: number | null;
  @Column('integer', { name: 'tokens_out', nullable: true }) tokensOut!: number | null;
  /** How often a look was begun. */
  @Column('integer') attempts!: number;
  @Column('timestamptz', { name: 'asked_at' }) askedAt!: Date;
  @Column('timestamptz', { name: 'looked_at', nullable: true }) lookedAt!: Date | null;
}
