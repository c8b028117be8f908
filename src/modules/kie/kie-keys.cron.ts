import { Injectable } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { DataSource } from 'typeorm';
import { Cron, Env, logger } from '../../platform/index.js';
import { KieKeyHealth } from './kie-key-health.js';
import type { KieKey } from './kie-keys.js';
import { KieClient } from './kie.client.js';
import { chooseModels } from './model-choice.rules.js';

/** Asks for the balance of keys that are parked for money, and gives those back that can pay for a video again. */
@Injectable()
export class KieKeysCron extends Cron {
  protected readonly name = 'kie-keys';
  private readonly log = logger('kie-keys');
  private readonly creditsMin: number;

  constructor(
    private readonly dataSource: DataSource,
    private readonly health: KieKeyHealth,
    private readonly kie: KieClient,
    schedule: SchedulerRegistry,
    env: Env,
  ) {
    super(schedule, env);
    const { offered } = chooseModels({
      defaultId: env.KIE_MODEL,
      fallbackIds: env.KIE_MODEL_FALLBACKS,
      offeredIds: env.KIE_MODELS_OFFERED,
    });
    // Any of them may be what the next task is made with: a key with too little for it would be refused and parked again.
    this.creditsMin = Math.max(...offered.map((model) => model.kieCreditsPerVideo));
  }

  protected async look(): Promise<void> {
    await this.health.forgetOtherConfigurations(this.dataSource.manager);
    for (const key of await this.health.takeDue(this.dataSource.manager)) await this.ask(key);
  }

  private async ask(key: KieKey): Promise<void> {
    const balance = await this.kie.readCredits(key);
    if (balance.kind !== 'known' || balance.credits < this.creditsMin) return;
    await this.health.release(this.dataSource.manager, key.fingerprint);
    this.log.info({ key: key.fingerprint, credits: balance.credits }, 'A parked key is in use again');
  }
}
