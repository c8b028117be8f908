import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is sold. Editable without a deploy; a payment freezes its price and credits. */
export class PricingPlans1795219200500 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table pricing_plans (
        id            text primary key check (id <> ''),
        name_ru       text not null,
        name_en       text,
        credits       integer not null check (credits > 0),
        price_kopecks integer not null check (price_kopecks > 0),
        price_stars   integer not null check (price_stars > 0),
        position      integer not null default 0,
        active        boolean not null default true
      );

      insert into pricing_plans (id, name_ru, name_en, credits, price_kopecks, price_stars, position) values
        ('starter', 'Старт',   'Starter',  5,  19900,  150, 1),
        ('pro',     'Про',     'Pro',     20,  69900,  500, 2),
        ('premium', 'Премиум', 'Premium', 50, 149900, 1100, 3);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table pricing_plans;');
  }
}
