import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Env, KIE_KEY_OFF, MAINTENANCE, MODEL_OFF, ORDERS_STOPPED, Switches } from '../../platform/index.js';
import {
  chooseModels,
  KIE_MODELS,
  KieBalance,
  KieKeys,
  KieParkedKey,
  type ModelChoice,
} from '../kie/index.js';
import type { BreakerView, KieKeyView, ModelView, Supply } from './protocol.js';
import { ReadOnly } from './read-only.js';

const MODEL_PREFIX = 'kie-model:';
/** As many outages are told of at most. */
const BREAKERS_MAX = 100;

/** Since when a switch is on; null: it is off. */
type SinceOf = (name: string) => string | null;

/** What videos are made with: keys, models, and what is left alone. */
@Injectable()
export class SupplyReader {
  private readonly choice: ModelChoice;

  constructor(
    private readonly readOnly: ReadOnly,
    private readonly keys: KieKeys,
    private readonly switches: Switches,
    private readonly env: Env,
  ) {
    this.choice = chooseModels({
      defaultId: env.KIE_MODEL,
      fallbackIds: env.KIE_MODEL_FALLBACKS,
      offeredIds: env.KIE_MODELS_OFFERED,
    });
  }

  read(): Promise<Supply> {
    return this.readOnly.run((manager) => this.readIn(manager));
  }

  /** The same within a look at more. */
  async readIn(manager: EntityManager): Promise<Supply> {
    const breakers = await listOpenBreakers(manager);
    const on = await this.switches.listOn(manager);
    const sinceOf = (name: string) => on.find((one) => one.name === name)?.onAt.toISOString() ?? null;
    return {
      keys: await this.listKeys(manager, sinceOf),
      minCredits: this.env.KIE_BALANCE_MIN_CREDITS,
      models: this.listModels(breakers, sinceOf),
      modelNotes: this.choice.notes,
      breakers: breakers.filter(({ name }) => !name.startsWith(MODEL_PREFIX)),
      creationSlots: {
        used: await countUsedSlots(manager),
        max: this.env.KIE_CREATIONS_MAX,
      },
      switches: ([MAINTENANCE, ORDERS_STOPPED] as const).map((name) => ({ name, onSince: sinceOf(name) })),
    };
  }

  private async listKeys(manager: EntityManager, sinceOf: SinceOf): Promise<KieKeyView[]> {
    const balances = await manager.find(KieBalance);
    const parked = await manager.find(KieParkedKey);
    return this.keys.all().map(({ fingerprint }, index) => {
      const balance = balances.find((row) => row.fingerprint === fingerprint);
      const parking = parked.find((row) => row.fingerprint === fingerprint && this.isParked(row));
      return {
        fingerprint,
        position: index + 1,
        credits: balance?.credits ?? null,
        readAt: balance?.readAt?.toISOString() ?? null,
        lowSince: balance?.lowSince?.toISOString() ?? null,
        failedSince: balance?.failedSince?.toISOString() ?? null,
        offSince: sinceOf(`${KIE_KEY_OFF}${fingerprint}`),
        parked: parking
          ? {
              reason: parking.reason,
              refusedWith: parking.refusedWith,
              since: parking.parkedAt.toISOString(),
              askAt: parking.askAt?.toISOString() ?? null,
            }
          : null,
      };
    });
  }

  /** One that was refused under other keys has another chance. */
  private isParked({ releasedAt, reason, configuration }: KieParkedKey): boolean {
    return releasedAt === null && (reason !== 'access' || configuration === this.keys.configuration);
  }

  private listModels(breakers: readonly BreakerView[], sinceOf: SinceOf): ModelView[] {
    const { models, offered } = this.choice;
    return KIE_MODELS.map((model) => {
      const order = models.findIndex(({ id }) => id === model.id);
      const breaker = breakers.find(({ name }) => name === `${MODEL_PREFIX}${model.id}`);
      return {
        id: model.id,
        title: model.title,
        status: model.status,
        creditsPerVideo: model.creditsPerVideo,
        kieCreditsPerVideo: model.kieCreditsPerVideo,
        fallbackOrder: order === -1 ? null : order + 1,
        isOffered: offered.some(({ id }) => id === model.id),
        offSince: sinceOf(`${MODEL_OFF}${model.id}`),
        setAside: breaker
          ? { reason: breaker.reason, since: breaker.openedAt, until: breaker.openUntil }
          : null,
      };
    });
  }
}

function listOpenBreakers(manager: EntityManager): Promise<BreakerView[]> {
  return manager.query<BreakerView[]>(
    `select name, reason, opened_at as "openedAt", open_until as "openUntil", times from breakers
      where open_until > clock_timestamp() order by opened_at, name limit ${BREAKERS_MAX}`,
  );
}

/** Creations that KIE counts at this moment, over all keys. */
async function countUsedSlots(manager: EntityManager): Promise<number> {
  const [row] = await manager.query<{ used: number }[]>(
    `select count(*)::int as used from kie_creation_slots s, unnest(s.busy_until) t where t > clock_timestamp()`,
  );
  return row?.used ?? 0;
}
