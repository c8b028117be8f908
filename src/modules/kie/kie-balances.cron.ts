import { Injectable } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { DataSource } from 'typeorm';
import { Cron, Env, logger } from '../../platform/index.js';
import { KieBalances, type BalanceLook } from './kie-balances.js';
import { KieKeyHealth } from './kie-key-health.js';
import type { KieKey } from './kie-keys.js';
import { KieClient } from './kie.client.js';

/** Watches what the accounts behind the keys have left, long before it is nothing. */
@Injectable()
export class KieBalancesCron extends Cron {
  protected readonly name = 'kie-balances';
  private readonly log = logger('kie-balances');

  constructor(
    private readonly dataSource: DataSource,
    private readonly health: KieKeyHealth,
    private readonly balances: KieBalances,
    private readonly kie: KieClient,
    schedule: SchedulerRegistry,
    env: Env,
  ) {
    super(schedule, env);
  }

  protected async look(): Promise<void> {
    try {
      const { manager } = this.dataSource;
      const due = await this.balances.takeDue(manager, await this.health.listWithAccess(manager));
      if (due.length === 0) return;
      const answers = await Promise.all(due.map((key) => this.ask(key)));
      const silent = await this.balances.keep(manager, answers);
      for (const { fingerprint, text } of answers) {
        // A balance that nobody can tell is no low one, and says so once only.
        if (silent.includes(fingerprint)) this.log.warn({ key: fingerprint, text }, 'KIE: no balance');
      }
    } catch (error) {
      this.log.warn({ err: error }, 'The look at the balances failed; another one comes');
    }
  }

  private async ask(key: KieKey): Promise<BalanceLook & { text?: string }> {
    const { fingerprint } = key;
    const answer = await this.kie.readCredits(key);
    return answer.kind === 'known'
      ? { fingerprint, credits: answer.credits }
      : { fingerprint, credits: null, text: answer.text };
  }
}
