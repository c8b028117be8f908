import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { KieBalance } from './kie-balance.entity.js';
import { KieBalances } from './kie-balances.js';
import { KieBalancesCron } from './kie-balances.cron.js';
import { KieClient } from './kie.client.js';
import { KieCreationSlots } from './kie-creation-slots.js';
import { KieFigures } from './kie.figures.js';
import { KieKeyHealth } from './kie-key-health.js';
import { KieKeys } from './kie-keys.js';
import { KieKeysCron } from './kie-keys.cron.js';
import { KieModelHealth } from './kie-model-health.js';
import { KieParkedKey } from './kie-parked-key.entity.js';

/** The client of KIE.AI and its keys. Needs `Env` from a global module. */
@Module({
  imports: [TypeOrmModule.forFeature([KieParkedKey, KieBalance])],
  providers: [KieClient, KieKeys, KieKeyHealth, KieModelHealth, KieCreationSlots, KieBalances],
  exports: [KieClient, KieKeys, KieKeyHealth, KieModelHealth, KieCreationSlots, KieBalances],
})
export class KieModule {}

/** The scheduler's part: gives parked keys back, watches balances, and shows both. */
@Module({ imports: [KieModule], providers: [KieKeysCron, KieBalancesCron, KieFigures] })
export class KieSchedulerModule {}
