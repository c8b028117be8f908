import { describe, expect, it } from 'vitest';
import { KIE_MODELS, type KieAction, type KieModel } from '../kie/index.js';
import type { TriedTask } from './kie-reports.rules.js';
import { modelsForJob, nextModel, offersLeft, offersOf } from './video-models.rules.js';

const [template] = KIE_MODELS as [KieModel];
const row = (id: string, creditsPerVideo: number, status: KieModel['status'] = 'active'): KieModel => ({
  ...template,
  id,
  creditsPerVideo,
  status,
});
const CATALOGUE = [
  row('cheap', 1),
  row('other', 1),
  row('dear', 2),
  row('dearest', 5),
  row('gone', 1, 'retired'),
];
const find = (id: string) => CATALOGUE.find((model) => model.id === id) as KieModel;
const idsOf = (models: readonly KieModel[]) => models.map(({ id }) => id).join(' ');

/** As an operator would write them: the default and its fallbacks; what is offered. */
const choice = (models: string, offered: string) => ({
  models: models.split(' ').map(find),
  offered: offered.split(' ').map(find),
  notes: [],
});

describe('modelsForJob', () => {
  it.each<[what: string, model: string | null, credits: number, offered: string, expected: string]>([
    ['none was chosen: the default and its fallbacks', null, 1, 'cheap', 'cheap other'],
    ['none was chosen: the first of those offered comes first', null, 2, 'dear cheap', 'dear cheap other'],
    [
      'none was chosen, and the price has risen since: what was promised',
      null,
      1,
      'dear',
      'dear cheap other',
    ],
    ['the chosen one comes first', 'other', 1, 'cheap other', 'other cheap'],
    ['a dearer one was chosen: all that cost no more', 'dear', 2, 'cheap dear', 'dear cheap other'],
    [
      'the dearest was chosen: even a dearer fallback',
      'dearest',
      5,
      'cheap dearest',
      'dearest cheap other dear',
    ],
    ['a chosen one that is not offered any more is kept', 'dearest', 5, 'cheap', 'dearest cheap other dear'],
    ['the chosen one is retired: the configured ones at its price', 'gone', 1, 'cheap', 'cheap other'],
    ['the chosen one is unknown: the configured ones at its price', 'veo9', 2, 'cheap', 'cheap other dear'],
  ])('%s', (_what, model, credits, offered, expected) => {
    const models = modelsForJob({ model, credits }, choice('cheap other dear', offered), CATALOGUE);
    expect(idsOf(models)).toBe(expected);
  });

  it('has none for a job whose model is gone when all others cost more than was paid', () => {
    expect(modelsForJob({ model: 'gone', credits: 1 }, choice('dear', 'dear'), CATALOGUE)).toEqual([]);
  });
});

describe('nextModel', () => {
  const tried = (model: string, action: KieAction, state: TriedTask['state'] = 'failed'): TriedTask => ({
    state,
    model,
    keyFingerprint: 'k',
    errorDetails: { action },
  });
  const models = [find('dear'), find('cheap')];

  it.each<[what: string, tasks: TriedTask[], expected: string | undefined]>([
    ['the first one at first', [], 'dear'],
    ['the same after one failure', [tried('dear', 'retry')], 'dear'],
    ['the next after two', [tried('dear', 'retry'), tried('dear', 'retry')], 'cheap'],
    [
      'the same after uploads that failed',
      [tried('dear', 'retry', 'refused'), tried('dear', 'retry', 'refused')],
      'dear',
    ],
    ['the next at once where it is paused', [tried('dear', 'next_model', 'refused')], 'cheap'],
    [
      'the first again when all have failed',
      ['dear', 'dear', 'cheap', 'cheap'].map((model) => tried(model, 'retry')),
      'dear',
    ],
    ['none when all are paused', models.map(({ id }) => tried(id, 'next_model', 'refused')), undefined],
  ])('is %s', (_what, tasks, expected) => {
    expect(nextModel(models, tasks)?.id).toBe(expected);
  });
});

describe('offersLeft', () => {
  it.each<[what: string, setAside: string[], expected: string]>([
    ['nothing is set aside: all', [], 'cheap dear dearest'],
    ['another of its price stands in: it stays', ['cheap'], 'cheap dear dearest'],
    ['only cheaper ones are left for it: it goes', ['dear'], 'cheap dearest'],
    ['nothing stands in for two of them', ['cheap', 'other', 'dearest'], 'dear'],
    [
      'nothing at all would be left: all, and the order is refused',
      ['cheap', 'other', 'dear', 'dearest'],
      'cheap dear dearest',
    ],
  ])('%s', (_what, setAside, expected) => {
    const left = offersLeft(choice('cheap other', 'cheap dear dearest'), new Set(setAside), CATALOGUE);
    expect(idsOf(left)).toBe(expected);
  });
});

describe('offersOf', () => {
  it('tells people what they choose by', () => {
    expect(offersOf(KIE_MODELS.slice(0, 1))).toEqual([
      {
        id: 'grok-imagine-video-1-5-preview',
        title: 'Grok Imagine',
        creditsPerVideo: 1,
        durationS: 8,
      },
    ]);
  });
});
