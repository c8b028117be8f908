import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { defineGauge, Env, Figures, sample, type Sample } from '../../platform/index.js';
import { KieCreationSlots } from './kie-creation-slots.js';
import { KieKeyHealth } from './kie-key-health.js';
import { KieKeys } from './kie-keys.js';
import { KieModelHealth } from './kie-model-health.js';

const SLOTS_FREE = defineGauge({
  name: 'neurocards_kie_creation_slots_free',
  help: 'Creations that may begin now within the limit of the account at KIE.',
  labels: {},
});
const SLOTS = defineGauge({
  name: 'neurocards_kie_creation_slots',
  help: 'Creations that may be under way at once within the limit of the account at KIE.',
  labels: {},
});
const BALANCE = defineGauge({
  name: 'neurocards_kie_balance_credits',
  help: 'What the account behind a key had when KIE was last asked, in credits of KIE; the label is the fingerprint of the key.',
  labels: { key: 'any' },
});
const BALANCE_AGE = defineGauge({
  name: 'neurocards_kie_balance_age_seconds',
  help: 'How long ago KIE told the balance of a key.',
  labels: { key: 'any' },
});
const BALANCE_MIN = defineGauge({
  name: 'neurocards_kie_balance_min_credits',
  help: 'KIE_BALANCE_MIN_CREDITS: operators are told below it.',
  labels: {},
});
const KEY_USABLE = defineGauge({
  name: 'neurocards_kie_key_usable',
  help: 'Whether videos may be made with a key (1), or it is out of money, without access, or set aside by operators (0).',
  labels: { key: 'any' },
});
const MODEL_SET_ASIDE = defineGauge({
  name: 'neurocards_kie_model_set_aside',
  help: 'Whether a configured model is left alone for a while, because KIE does not serve it (1), or not (0).',
  labels: { model: 'any' },
});

/** The budget, the keys and the models, as all processes know them. */
@Injectable()
export class KieFigures implements OnModuleInit {
  constructor(
    private readonly figures: Figures,
    private readonly keys: KieKeys,
    private readonly keyHealth: KieKeyHealth,
    private readonly modelHealth: KieModelHealth,
    private readonly slots: KieCreationSlots,
    private readonly env: Env,
  ) {}

  onModuleInit(): void {
    this.figures.register({
      name: 'kie',
      gauges: [SLOTS_FREE, SLOTS, BALANCE, BALANCE_AGE, BALANCE_MIN, KEY_USABLE, MODEL_SET_ASIDE],
      read: async (manager) => [
        sample(SLOTS_FREE, {}, await this.slots.countFree(manager)),
        sample(SLOTS, {}, this.slots.max),
        sample(BALANCE_MIN, {}, this.env.KIE_BALANCE_MIN_CREDITS),
        ...(await this.readKeys(manager)),
        ...(await this.readModels(manager)),
      ],
    });
  }

  private async readKeys(manager: EntityManager): Promise<Sample[]> {
    const fingerprints = this.keys.all().map(({ fingerprint }) => fingerprint);
    const usable = (await this.keyHealth.listHealthy(manager)).map(({ fingerprint }) => fingerprint);
    const balances = await manager.query<{ key: string; credits: number; age_s: number }[]>(
      `select fingerprint as key, credits, extract(epoch from now() - read_at)::float8 as age_s
         from kie_balances where fingerprint = any($1) and read_at is not null`,
      [fingerprints],
    );
    return [
      ...fingerprints.map((key) => sample(KEY_USABLE, { key }, usable.includes(key) ? 1 : 0)),
      ...balances.flatMap(({ key, credits, age_s }) => [
        sample(BALANCE, { key }, credits),
        sample(BALANCE_AGE, { key }, age_s),
      ]),
    ];
  }

  private async readModels(manager: EntityManager): Promise<Sample[]> {
    const { KIE_MODEL, KIE_MODEL_FALLBACKS, KIE_MODELS_OFFERED } = this.env;
    const setAside = (await this.modelHealth.listSetAside(manager)).map(({ id }) => id);
    const known = new Set([KIE_MODEL, ...KIE_MODEL_FALLBACKS, ...KIE_MODELS_OFFERED, ...setAside]);
    return [...known].map((model) => sample(MODEL_SET_ASIDE, { model }, setAside.includes(model) ? 1 : 0));
  }
}
