import { Injectable } from '@nestjs/common';
import { EntityManager, In, IsNull } from 'typeorm';
import { Env, KIE_KEY_OFF, logger, Switches } from '../../platform/index.js';
import { decideParking } from './kie-key-health.rules.js';
import { KieKeys, type KieKey } from './kie-keys.js';
import { KieParkedKey } from './kie-parked-key.entity.js';
import type { KieRefusal } from './kie.types.js';

/** At most so many times the usual pause lie between two looks at a balance: an hour by default. */
const RECHECK_GROWTH_MAX = 12;
/** Refused again within an hour of its return: it was not really back. */
const RELAPSED = `k.released_at > clock_timestamp() - interval '1 hour'`;
const SET_ASIDE = 'set aside by an operator';
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
    private readonly switches: Switches,
    private readonly env: Env,
  ) {}

  /** The keys that may be used, the preferred first: not parked, and not set aside by operators. */
  async listHealthy(manager: EntityManager): Promise<KieKey[]> {
    return this.without([...(await this.listOutOfUse(manager)).keys()]);
  }

  /** The keys that KIE knows as far as we know, with money or without. */
  async listWithAccess(manager: EntityManager): Promise<KieKey[]> {
    const parked = await this.listParked(manager);
    return this.without(
      parked.filter(({ reason }) => reason === 'access').map(({ fingerprint }) => fingerprint),
    );
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
    // Read once: a key that comes back meanwhile must not make another outage of what is left.
    const out = await this.listOutOfUse(manager);
    if (this.without([...out.keys()]).length > 0) return null;
    const [last] = [...out.values()].sort((a, b) => b.since.getTime() - a.since.getTime());
    return last ?? null;
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

  /** An operator sets a key aside until they bring it back. @returns false when one had done so before. */
  turnOff(manager: EntityManager, fingerprint: string): Promise<boolean> {
    return this.switches.turn(manager, `${KIE_KEY_OFF}${fingerprint}`, true);
  }

  /** An operator brings a key back, whoever had taken it out of use. @returns false when it was in use. */
  async bringBack(manager: EntityManager, fingerprint: string): Promise<boolean> {
    const wasOff = await this.switches.turn(manager, `${KIE_KEY_OFF}${fingerprint}`, false);
    const [, released] = await manager.query<[unknown, number]>(
      `update kie_parked_keys set released_at = clock_timestamp() where fingerprint = $1 and released_at is null`,
      [fingerprint],
    );
    return wasOff || released === 1;
  }

  private without(fingerprints: readonly string[]): KieKey[] {
    return this.keys.all().filter(({ fingerprint }) => !fingerprints.includes(fingerprint));
  }

  /** The keys that may not be used, by fingerprint: since when, and what KIE said. */
  private async listOutOfUse(manager: EntityManager): Promise<Map<string, { since: Date; text: string }>> {
    const off = await this.listOff(manager);
    const parked = await this.listParked(manager);
    return new Map([
      ...[...off].map(([fingerprint, since]) => [fingerprint, { since, text: SET_ASIDE }] as const),
      ...parked.map(
        ({ fingerprint, parkedAt, refusedWith }) =>
          [fingerprint, { since: parkedAt, text: refusedWith }] as const,
      ),
    ]);
  }

  /** Since when operators have set which keys aside. */
  private async listOff(manager: EntityManager): Promise<ReadonlyMap<string, Date>> {
    const off = await this.switches.listOn(manager, KIE_KEY_OFF);
    return new Map(off.map(({ name, onAt }) => [name.slice(KIE_KEY_OFF.length), onAt]));
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
