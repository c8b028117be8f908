import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Env } from '../../platform/index.js';
import { findModel, KieBalances, KieKeyHealth, KieModelHealth } from '../kie/index.js';
import { NoticesService, type OperatorNotice } from '../notifications/index.js';
import { PromptHealth } from '../prompts/index.js';
import { VideoModels } from './video-models.js';

/** More keys than that are not named in one message. */
const NAMED_KEYS_MAX = 20;

/** Tells the operators what only they can mend, once per outage however long it lasts and whoever looks. */
@Injectable()
export class OperatorAlerts {
  constructor(
    private readonly dataSource: DataSource,
    private readonly keyHealth: KieKeyHealth,
    private readonly modelHealth: KieModelHealth,
    private readonly balances: KieBalances,
    private readonly models: VideoModels,
    private readonly promptHealth: PromptHealth,
    private readonly notices: NoticesService,
    private readonly env: Env,
  ) {}

  /** No key is left to make a video with. */
  async tellSpentKeys(): Promise<void> {
    const outage = await this.keyHealth.findOutage(this.dataSource.manager);
    if (!outage) return;
    const { since, text } = outage;
    await this.tell(`kie-keys-spent-${since.getTime()}`, { kind: 'kie_keys_spent', text });
  }

  /** A model is set aside for all orders. */
  async tellSetAsideModels(): Promise<void> {
    const { manager } = this.dataSource;
    for (const { id, text, since } of await this.modelHealth.listOutOfOrder(manager)) {
      const modelsLeft = await this.models.countLeft(manager);
      const title = findModel(id)?.title ?? id;
      const payload = { kind: 'model_set_aside', title, text, modelsLeft } as const;
      await this.tell(`model-set-aside-${id}-${since.getTime()}`, payload);
    }
  }

  /** Accounts that will soon be empty: those that one look found so in one message, and each again only after it was refilled. */
  async tellLowBalances(): Promise<void> {
    for (const { since, balances } of await this.balances.listLow(this.dataSource.manager)) {
      const named = balances.slice(0, NAMED_KEYS_MAX).map(({ fingerprint, credits }) => ({
        key: fingerprint,
        credits: Math.max(0, credits),
        videos: this.models.videosFor(credits),
      }));
      const limit = this.env.KIE_BALANCE_MIN_CREDITS;
      await this.tell(`kie-balance-low-${since.getTime()}`, {
        kind: 'kie_balance_low',
        balances: named,
        limit,
      });
    }
  }

  /** A language model refuses us. */
  async tellRefusedPrompts(): Promise<void> {
    for (const { source, text, since } of await this.promptHealth.listRefusing(this.dataSource.manager)) {
      await this.tell(`prompts-refused-${source}-${since.getTime()}`, {
        kind: 'prompts_refused',
        source,
        text,
      });
    }
  }

  private async tell(cause: string, payload: OperatorNotice['payload']): Promise<void> {
    const told = await this.notices.writeToOperators(this.dataSource.manager, { cause, payload });
    for (const noticeId of told) await this.notices.wake(noticeId);
  }
}
