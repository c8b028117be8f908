import { describe, expect, it } from 'vitest';
import { KIE_MODELS, type KieModel } from './kie-models.rules.js';
import { chooseModels, type ModelSettings } from './model-choice.rules.js';

const [template] = KIE_MODELS as [KieModel];

function row(id: string, creditsPerVideo = 1, status: KieModel['status'] = 'active'): KieModel {
  return { ...template, id, creditsPerVideo, status };
}

const CATALOGUE = [row('gone', 1, 'retired'), row('cheap'), row('plain'), row('dear', 3), row('dearer', 4)];

function choose(settings: Partial<ModelSettings>) {
  const choice = chooseModels(
    { defaultId: 'cheap', fallbackIds: [], offeredIds: [], ...settings },
    CATALOGUE,
  );
  const ids = (models: readonly KieModel[]) => models.map(({ id }) => id);
  return { models: ids(choice.models), offered: ids(choice.offered), notes: choice.notes };
}

describe('chooseModels', () => {
  it.each<[what: string, settings: Partial<ModelSettings>, expected: ReturnType<typeof choose>]>([
    [
      'keeps the configured order, each model once',
      { defaultId: 'plain', fallbackIds: ['cheap', 'plain'] },
      { models: ['plain', 'cheap'], offered: ['plain'], notes: [] },
    ],
    [
      'answers a retired default with what is used instead',
      { defaultId: 'gone' },
      { models: ['cheap'], offered: ['cheap'], notes: ['gone is retired, using cheap'] },
    ],
    [
      'passes over a slug that it does not know',
      { defaultId: 'veo9', fallbackIds: ['plain'] },
      { models: ['plain'], offered: ['plain'], notes: ['veo9 is not in the catalogue, using plain'] },
    ],
    [
      'offers what is listed, each once, the first one first, whether or not it is configured besides',
      { offeredIds: ['dear', 'cheap', 'dear'] },
      { models: ['cheap'], offered: ['dear', 'cheap'], notes: [] },
    ],
    [
      'never offers a retired model, nor an unknown one',
      { offeredIds: ['gone', 'dear', 'veo9'] },
      {
        models: ['cheap'],
        offered: ['dear'],
        notes: ['gone is retired, not offered', 'veo9 is not in the catalogue, not offered'],
      },
    ],
    [
      'offers the default where nothing of the list can be offered',
      { offeredIds: ['gone'] },
      { models: ['cheap'], offered: ['cheap'], notes: ['gone is retired, not offered'] },
    ],
    [
      'says which fallback costs too much ever to be used',
      { fallbackIds: ['plain', 'dear', 'dearer'], offeredIds: ['cheap', 'dear'] },
      {
        models: ['cheap', 'plain', 'dear', 'dearer'],
        offered: ['cheap', 'dear'],
        notes: ['dearer costs people more than any model that is offered, never used'],
      },
    ],
  ])('%s', (_what, settings, expected) => {
    expect(choose(settings)).toEqual(expected);
  });

  it('answers the old default with the catalogue of today', () => {
    const choice = chooseModels({ defaultId: 'sora-2-image-to-video', fallbackIds: [], offeredIds: [] });
    expect(choice.models.map(({ id }) => id)).toEqual(['grok-imagine-video-1-5-preview']);
    expect(choice.notes).toEqual(['sora-2-image-to-video is retired, using grok-imagine-video-1-5-preview']);
  });
});
