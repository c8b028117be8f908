import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { KieClient } from './kie.client.js';
import { KieKeyHealth } from './kie-key-health.js';
import { KieKeys } from './kie-keys.js';
import { KieKeysCron } from './kie-keys.cron.js';
import { KieModelHealth } from './kie-model-health.js';
import { KieParkedKey } from './kie-parked-key.entity.js';

/** The client of KIE.AI and its keys. Needs `Env` from a global module. */
@Module({
  imports: [TypeOrmModule.forFeature([KieParkedKey])],
  providers: [KieClient, KieKeys, KieKeyHealth, KieModelHealth],
  exports: [KieClient, KieKeys, KieKeyHealth, KieModelHealth],
})
export class KieModule {}

/** The scheduler's part: gives parked keys back. */
@Module({ imports: [KieModule], providers: [KieKeysCron] })
export class KieSchedulerModule {}
