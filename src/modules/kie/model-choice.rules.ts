import { KIE_MODELS, type KieModel } from './kie-models.rules.js';

/** The slugs of the configuration, each as an operator wrote it. */
export interface ModelSettings {
  defaultId: string;
  fallbackIds: readonly string[];
  /** What people may choose from, the first being what they get without choosing; empty: the default alone. */
  offeredIds: readonly string[];
}

/** The models to use, and what an operator should know about the choice. All of them are active, each once. */
export interface ModelChoice {
  /** The default and its fallbacks, best first; never empty. */
  models: KieModel[];
  /** What people may choose from; never empty. */
  offered: KieModel[];
  /** One sentence for each configured slug that has no effect: `… is retired, using …`. */
  notes: string[];
}

/**
 * Turns configured slugs into models. A retired or unknown slug is passed over with a note; when none is left, the
 * catalogue's first active model serves, and the default is what is offered.
 */
export function chooseModels(
  { defaultId, fallbackIds, offeredIds }: ModelSettings,
  catalogue: readonly KieModel[] = KIE_MODELS,
): ModelChoice {
  const configured = findActive([defaultId, ...fallbackIds], catalogue);
  const lastResort = catalogue.find(isActive) as KieModel;
  const [first = lastResort, ...rest] = configured.models;
  const models = [first, ...rest];
  const chosen = findActive(offeredIds, catalogue);
  const offered = chosen.models.length > 0 ? chosen.models : [first];
  const dearest = Math.max(...offered.map((model) => model.creditsPerVideo));
  const tooDear = models.filter((model) => model.creditsPerVideo > dearest);
  const notes = [
    ...configured.passedOver.map((fact) => `${fact}, using ${first.id}`),
    ...chosen.passedOver.map((fact) => `${fact}, not offered`),
    ...tooDear.map(({ id }) => `${id} costs people more than any model that is offered, never used`),
  ];
  return { models, offered, notes };
}

function findActive(ids: readonly string[], catalogue: readonly KieModel[]) {
  const models: KieModel[] = [];
  const passedOver: string[] = [];
  for (const id of new Set(ids)) {
    const model = catalogue.find((row) => row.id === id);
    if (model && isActive(model)) models.push(model);
    else passedOver.push(model ? `${id} is retired` : `${id} is not in the catalogue`);
  }
  return { models, passedOver };
}

function isActive({ status }: KieModel): boolean {
  return status === 'active';
}
