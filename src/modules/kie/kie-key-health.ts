import { Injectable } from '@nestjs/common';
import { EntityManager, In } from 'typeorm';
import { Env } from '../../platform/index.js';
import { decideParking } from './kie-key-health.rules.js';
import { KieKeys, type KieKey } from './kie-keys.js';
import { KieParkedKey } from './kie-parked-key.entity.js';
import type { KieRefusal } from './kie.types.js';

/**
 * Which keys may be used, known to every worker alike: a key that KIE refused for its own sake is parked, for money until its
 * balance is back, for access until the configured keys change.
 */
@Injectable()
export class KieKeyHealth {
  constructor(
    private readonly keys: KieKeys,
    private readonly env: Env,
  ) {}

  /** The keys that are not parked, the preferred first. */
  async listHealthy(manager: EntityManager): Promise<KieKey[]> {
    const parked = await this.listParked(manager);
    return this.keys
      .all()
      .filter(({ fingerprint }) => !parked.some((key) => key.fingerprint === fingerprint));
  }

  /** Parks a key that was refused for its own sake, for all workers. One that is parked already stays so since when it was. */
  async park(manager: EntityManager, fingerprint: string, refusal: KieRefusal): Promise<void> {
    const reason = decideParking(refusal);
    await manager.query(
      `insert into kie_parked_keys as k (fingerprint, reason, configuration, refused_with, ask_at)
       values ($1, $2, $3, $4, case when $2 = 'money' then clock_timestamp() + $5 * interval '1 ms' end)
       on conflict (fingerprint) do update
         set reason = excluded.reason, configuration = excluded.configuration, refused_with = excluded.refused_with,
             ask_at = excluded.ask_at`,
      [fingerprint, reason, this.keys.configuration, refusal.text, this.env.KIE_KEY_RECHECK_MS],
    );
  }

  /** Since when no key is left to make a task with, and what KIE said last; null while there is one. */
  async findOutage(manager: EntityManager): Promise<{ since: Date; text: string } | null> {
    const parked = await this.listParked(manager);
    if (parked.length < this.keys.all().length) return null;
    const [last] = parked.sort((a, b) => b.parkedAt.getTime() - a.parkedAt.getTime());
    return last ? { since: last.parkedAt, text: last.refusedWith } : null;
  }

  /** Takes the keys whose balance is due to be asked for, and puts their next look off, so that one process asks. */
  async takeDue(manager: EntityManager): Promise<KieKey[]> {
    const [rows] = await manager.query<[{ fingerprint: string }[], number]>(
      `update kie_parked_keys set ask_at = clock_timestamp() + $1 * interval '1 ms'
        where ask_at <= clock_timestamp() and fingerprint = any($2) returning fingerprint`,
      [this.env.KIE_KEY_RECHECK_MS, this.keys.all().map(({ fingerprint }) => fingerprint)],
    );
    return rows.flatMap(({ fingerprint }) => this.keys.byFingerprint(fingerprint) ?? []);
  }

  /** The key may be used again. */
  async release(manager: EntityManager, fingerprint: string): Promise<void> {
    await manager.delete(KieParkedKey, { fingerprint });
  }

  private async listParked(manager: EntityManager): Promise<KieParkedKey[]> {
    const fingerprints = this.keys.all().map(({ fingerprint }) => fingerprint);
    const rows = await manager.findBy(KieParkedKey, { fingerprint: In(fingerprints) });
    return rows.filter(
      ({ reason, configuration }) => reason === 'money' || configuration === this.keys.configuration,
    );
  }
}
