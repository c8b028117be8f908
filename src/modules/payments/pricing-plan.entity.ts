import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What is sold, and the only place where a price stands. Editable without a deploy; a payment freezes its price and credits. */
@Entity('pricing_plans')
export class PricingPlan {
  @PrimaryColumn('text') id!: string;
  @Column('text', { name: 'name_ru' }) nameRu!: string;
  @Column('text', { name: 'name_en', nullable: true }) nameEn!: string | null;
  @Column('integer') credits!: number;
  @Column('integer', { name: 'price_kopecks' }) priceKopecks!: number;
  @Column('integer', { name: 'price_stars' }) priceStars!: number;
  /** Of the list, ascending. */
  @Column('integer') position!: number;
  @Column('boolean') active!: boolean;
}
