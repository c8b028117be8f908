import { Injectable } from '@nestjs/common';
import { EntityManager } from 'typeorm';
import { defineCounter, Env, Metrics } from '../../platform/index.js';

/** Which account a key belongs to, KIE does not tell: all of them count as one. */
const ACCOUNT = 'all-keys';
/** More slots than creations that the queue begins in a window, so that hardly one of them finds none. */
const SLOTS_PER_START = 1.2;
/** How much longer than its call a creation may take before its process must be dead. */
const GRACE_MS = 5_000;

const REFUSED = defineCounter({
  name: 'neurocards_kie_creation_slots_refused_total',
  help: 'Creations that found no free slot and were put back, for a few seconds each.',
  labels: {},
});

/** A slot that was taken, by the end of its lease as PostgreSQL writes it; or how long until one may be free. */
export type CreationSlot = { kind: 'taken'; leaseUntil: string } | { kind: 'none'; againInMs: number };

/**
 * KIE takes 20 creations in any 10 s from all keys of an account and drops what is above. So every creation takes a slot before its call
 * and keeps it until 10 s after its answer was noted, over all processes. The call came to KIE between the two, however long it was on its way:
 * those that came within the same 10 s all held their slots when the last of them took its own, hence they are never more than there are slots.
 *
 * @see https://kie.ai/getting-started
 */
@Injectable()
export class KieCreationSlots {
  /** Slots in all. */
  readonly max: number;

  constructor(
    private readonly env: Env,
    private readonly metrics: Metrics,
  ) {
    this.max = Math.ceil(env.KIE_CREATIONS_MAX * SLOTS_PER_START);
  }

  /** Takes a slot for one call, which must begin at once. A process that dies with it loses it for as long as the call could take. */
  async take(manager: EntityManager): Promise<CreationSlot> {
    const { KIE_CREATE_TIMEOUT_MS, KIE_CREATIONS_WINDOW_MS } = this.env;
    const leaseMs = KIE_CREATE_TIMEOUT_MS + GRACE_MS + KIE_CREATIONS_WINDOW_MS;
    // One statement: whoever comes second waits for the row, and counts what the first has left.
    const [row] = await manager.query<{ lease_until: string | null; again_in_ms: number }[]>(
      `with taken as (
         insert into kie_creation_slots as s (account, busy_until)
         values ($1, array[clock_timestamp() + $3 * interval '1 ms'])
         on conflict (account) do update
           set busy_until = (select array_agg(t) from unnest(s.busy_until) t where t > clock_timestamp())
                            || (clock_timestamp() + $3 * interval '1 ms')
         where (select count(*) from unnest(s.busy_until) t where t > clock_timestamp()) < $2
         returning busy_until[cardinality(busy_until)]::text as lease_until)
       select (select lease_until from taken),
         coalesce((select ceil(extract(epoch from min(t) - clock_timestamp()) * 1000)::int
                     from kie_creation_slots, unnest(busy_until) t
                    where account = $1 and t > clock_timestamp()), 1) as again_in_ms`,
      [ACCOUNT, this.max, leaseMs],
    );
    if (row?.lease_until) return { kind: 'taken', leaseUntil: row.lease_until };
    this.metrics.count(REFUSED, {});
    // Those of calls that are on their way are free sooner than they say.
    const againInMs = Math.min(Math.max(1, row?.again_in_ms ?? 1), KIE_CREATIONS_WINDOW_MS);
    return { kind: 'none', againInMs };
  }

  /** How many may be taken now. */
  async countFree(manager: EntityManager): Promise<number> {
    const [row] = await manager.query<{ busy: number }[]>(
      `select count(*)::int as busy from kie_creation_slots, unnest(busy_until) t where account = $1 and t > clock_timestamp()`,
      [ACCOUNT],
    );
    return Math.max(0, this.max - (row?.busy ?? 0));
  }

  /** The call has its answer, or never began: from now on KIE's own window is all that the slot waits for. */
  async release(manager: EntityManager, leaseUntil: string): Promise<void> {
    await manager.query(
      `update kie_creation_slots
          set busy_until[array_position(busy_until, $2::timestamptz)] = clock_timestamp() + $3 * interval '1 ms'
        where account = $1 and $2::timestamptz = any(busy_until)`,
      [ACCOUNT, leaseUntil, this.env.KIE_CREATIONS_WINDOW_MS],
    );
  }
}
