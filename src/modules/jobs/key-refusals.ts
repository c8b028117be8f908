import { Injectable } from '@nestjs/common';
import { EntityManager } from 'typeorm';
import { logger } from '../../platform/index.js';
import { KieKeyHealth, type KieRefusal } from '../kie/index.js';
import { NoticesService } from '../notifications/index.js';

/** What a refusal for a key's own sake means for everybody: no worker uses it, and the operators hear of it when it was the last. */
@Injectable()
export class KeyRefusals {
  private readonly log = logger('kie-keys');

  constructor(
    private readonly health: KieKeyHealth,
    private readonly notices: NoticesService,
  ) {}

  /**
   * Parks the key in the caller's transaction where the refusal is about it; any other changes nothing. Returns the notices to
   * wake after the commit: one per operator and outage.
   */
  async keep(manager: EntityManager, fingerprint: string, refusal: KieRefusal): Promise<string[]> {
    if (refusal.action !== 'next_key') return [];
    await this.health.park(manager, fingerprint, refusal);
    const outage = await this.health.findOutage(manager);
    this.log.error(
      { key: fingerprint, text: refusal.text, lastOne: outage !== null },
      'A key of KIE is out of use',
    );
    if (!outage) return [];
    return this.notices.writeToOperators(manager, {
      cause: `kie-keys-spent-${outage.since.getTime()}`,
      payload: { kind: 'kie_keys_spent', text: outage.text },
    });
  }
}
