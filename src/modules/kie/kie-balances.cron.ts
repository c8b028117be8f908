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
    const { manager } = this.dataSource;
    const due = await this.balances.takeDue(manager, await this.health.listWithAccess(manager));
    if (due.length === 0) return;
    const answers = await Promise.all(due.map((key) => this.ask(key)));
    const { silent, low } = await this.balances.keep(manager, answers);
    for (const { fingerprint: key, credits, text } of answers) {
      // A balance that nobody can tell is no low one. Both are said once, and operators may have no chat to be told in.
      if (silent.includes(key)) this.log.warn({ key, text }, 'KIE: no balance');
      if (low.includes(key)) this.log.warn({ key, credits }, 'The balance at KIE is low');
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
