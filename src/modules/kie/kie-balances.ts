import { Injectable } from '@nestjs/common';
import { EntityManager, In, IsNull, Not } from 'typeorm';
import { Env } from '../../platform/index.js';
import { KieBalance } from './kie-balance.entity.js';
import { KieKeys, type KieKey } from './kie-keys.js';

/** A balance that was too low is not so any more with this much of the limit: around the limit itself it would be news again and again. */
const RECOVERED_SHARE = 1.1;

/** What KIE said of a key's account; null where it said nothing that can be used. */
export interface BalanceLook {
  fingerprint: string;
  /** In KIE's credits. */
  credits: number | null;
}

/** Keys whose balance was found too low in one look. */
export interface LowBalances {
  since: Date;
  balances: { fingerprint: string; credits: number }[];
}

/** What the accounts behind the configured keys have, as far as KIE has told; known to all processes alike. */
@Injectable()
export class KieBalances {
  constructor(
    private readonly keys: KieKeys,
    private readonly env: Env,
  ) {}

  /** Those of the keys whose balance is due to be asked for. Puts their next look off, so that one process asks. */
  async takeDue(manager: EntityManager, keys: readonly KieKey[]): Promise<KieKey[]> {
    const rows = await manager.query<{ fingerprint: string }[]>(
      `insert into kie_balances as b (fingerprint, ask_at)
       select fingerprint, clock_timestamp() + $2 * interval '1 ms' from unnest($1::text[]) fingerprint
       on conflict (fingerprint) do update set ask_at = excluded.ask_at where b.ask_at <= clock_timestamp()
       returning fingerprint`,
      [keys.map(({ fingerprint }) => fingerprint), this.env.KIE_BALANCE_CHECK_INTERVAL_MS],
    );
    return keys.filter(({ fingerprint }) => rows.some((row) => row.fingerprint === fingerprint));
  }

  /**
   * Keeps what one look has found, all of it at once, so that whoever reads it sees either the whole look or nothing. A balance that was
   * not told says nothing about what it is.
   *
   * @returns the keys that tell nothing, and those whose balance is too low, since this look.
   */
  async keep(
    manager: EntityManager,
    looks: readonly BalanceLook[],
  ): Promise<{ silent: string[]; low: string[] }> {
    const limit = this.env.KIE_BALANCE_MIN_CREDITS;
    const [rows] = await manager.query<
      [{ fingerprint: string; fails_newly: boolean; is_low_newly: boolean }[], number]
    >(
      `update kie_balances b
          set credits = coalesce(l.credits, b.credits),
              read_at = case when l.credits is null then b.read_at else now() end,
              failed_since = case when l.credits is null then coalesce(b.failed_since, now()) end,
              low_since = case
                when l.credits is null then b.low_since
                when l.credits < $3 then coalesce(b.low_since, now())
                when l.credits < $4 then b.low_since
              end
         from unnest($1::text[], $2::float8[]) as l (fingerprint, credits)
        where b.fingerprint = l.fingerprint
        returning b.fingerprint, coalesce(b.failed_since = now(), false) as fails_newly,
                  coalesce(b.low_since = now(), false) as is_low_newly`,
      [
        looks.map(({ fingerprint }) => fingerprint),
        looks.map(({ credits }) => credits),
        limit,
        limit * RECOVERED_SHARE,
      ],
    );
    const namesOf = (found: typeof rows) => found.map(({ fingerprint }) => fingerprint);
    return {
      silent: namesOf(rows.filter((row) => row.fails_newly)),
      low: namesOf(rows.filter((row) => row.is_low_newly)),
    };
  }

  /** The configured keys whose balance is too low, by the look that found it, the oldest first. */
  async listLow(manager: EntityManager): Promise<LowBalances[]> {
    const found = await manager.find(KieBalance, {
      where: { fingerprint: In(this.keys.all().map((key) => key.fingerprint)), lowSince: Not(IsNull()) },
      order: { lowSince: 'asc', fingerprint: 'asc' },
    });
    const looks = new Map<number, LowBalances>();
    for (const { fingerprint, credits, lowSince } of found) {
      if (!lowSince || credits === null) continue;
      const look = looks.get(lowSince.getTime()) ?? { since: lowSince, balances: [] };
      look.balances.push({ fingerprint, credits });
      looks.set(lowSince.getTime(), look);
    }
    return [...looks.values()];
  }
}
