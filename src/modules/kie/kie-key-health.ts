import { Injectable } from '@nestjs/common';
import { EntityManager, In, IsNull } from 'typeorm';
import { Env, logger } from '../../platform/index.js';
import { decideParking } from './kie-key-health.rules.js';
import { KieKeys, type KieKey } from './kie-keys.js';
import { KieParkedKey } from './kie-parked-key.entity.js';
import type { KieRefusal } from './kie.types.js';

/** At most so many times the usual pause lie between two looks at a balance: an hour by default. */
const RECHECK_GROWTH_MAX = 12;
/** Refused again within an hour of its return: it was not really back. */
const RELAPSED = `k.released_at > clock_timestamp() - interval '1 hour'`;
const TIMES = `(case when k.released_at is null then k.times when ${RELAPSED} then k.times + 1 else 1 end)`;

/**
 * Which keys may be used, known to every worker alike: a key that KIE refused for its own sake is parked, for money until its
 * balance is back, for access until the configured keys change.
 */
@Injectable()
export class KieKeyHealth {
  private readonly log = logger('kie-keys');

  constructor(
    private readonly keys: KieKeys,
    private readonly env: Env,
  ) {}

  /** The keys that are not parked, the preferred first. */
  async listHealthy(manager: EntityManager): Promise<KieKey[]> {
    return this.without(await this.listParked(manager));
  }

  /** The keys that KIE knows as far as we know, with money or without. */
  async listWithAccess(manager: EntityManager): Promise<KieKey[]> {
    const parked = await this.listParked(manager);
    return this.without(parked.filter(({ reason }) => reason === 'access'));
  }

  /**
   * Parks a key that was refused for its own sake, for all workers. One that is parked already stays so since when it was; one
   * that was given back a short while ago is asked again after twice the time, up to an hour.
   */
  async park(manager: EntityManager, fingerprint: string, refusal: KieRefusal): Promise<void> {
    const reason = decideParking(refusal);
    const recheckMs = this.env.KIE_KEY_RECHECK_MS;
    const [row] = await manager.query<{ times: number; is_news: boolean }[]>(
      `insert into kie_parked_keys as k (fingerprint, reason, configuration, refused_with, ask_at)
       values ($1, $2, $3, $4, case when $2 = 'money' then clock_timestamp() + $5 * interval '1 ms' end)
       on conflict (fingerprint) do update
         set reason = excluded.reason, configuration = excluded.configuration, refused_with = excluded.refused_with,
             released_at = null,
             times = ${TIMES},
             parked_at = case when k.released_at is null or ${RELAPSED} then k.parked_at else clock_timestamp() end,
             ask_at = case when $2 = 'money'
               then clock_timestamp() + $5 * interval '1 ms' * least(power(2, least(${TIMES}, $6) - 1), $6) end
       returning times, (xmax = 0) as is_news`,
      [fingerprint, reason, this.keys.configuration, refusal.text, recheckMs, RECHECK_GROWTH_MAX],
    );
    const line = { key: fingerprint, reason, text: refusal.text, times: row?.times };
    if (row?.is_news || (row?.times ?? 1) > 1) this.log.error(line, 'A key of KIE is out of use');
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
        where released_at is null and ask_at <= clock_timestamp() and fingerprint = any($2) returning fingerprint`,
      [this.env.KIE_KEY_RECHECK_MS, this.keys.all().map(({ fingerprint }) => fingerprint)],
    );
    return rows.flatMap(({ fingerprint }) => this.keys.byFingerprint(fingerprint) ?? []);
  }

  /** The key may be used again. */
  async release(manager: EntityManager, fingerprint: string): Promise<void> {
    await manager.query('update kie_parked_keys set released_at = clock_timestamp() where fingerprint = $1', [
      fingerprint,
    ]);
  }

  /** The configured keys have changed: those without access before have another chance, for good. */
  async forgetOtherConfigurations(manager: EntityManager): Promise<void> {
    await manager.query(`delete from kie_parked_keys where reason = 'access' and configuration <> $1`, [
      this.keys.configuration,
    ]);
  }

  private without(parked: readonly KieParkedKey[]): KieKey[] {
    const names = parked.map(({ fingerprint }) => fingerprint);
    return this.keys.all().filter(({ fingerprint }) => !names.includes(fingerprint));
  }

  private async listParked(manager: EntityManager): Promise<KieParkedKey[]> {
    const fingerprints = this.keys.all().map(({ fingerprint }) => fingerprint);
    const rows = await manager.findBy(KieParkedKey, {
      fingerprint: In(fingerprints),
      releasedAt: IsNull(),
    });
    return rows.filter(
      ({ reason, configuration }) => reason === 'money' || configuration === this.keys.configuration,
    );
  }
}
