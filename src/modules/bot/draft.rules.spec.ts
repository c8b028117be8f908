import { describe, expect, it } from 'vitest';
import type { CompleteDraft } from './conversation.types.js';
import { draftOfRepeat, emptyDraft, productOfDraft, withAnswer } from './draft.rules.js';

const JOB_ID = '00000000-0000-4000-8000-000000000003';
const DRAFT = {
  ...emptyDraft('id', 'reels'),
  photoPath: 'p',
  description: 'A lamp',
  wishes: 'at night',
  prompt: 'The lamp turns',
  model: 'grok',
  count: 1,
} as CompleteDraft;

describe('a draft', () => {
  it.each(['ugc', 'ad'] as const)(
    'of the template %s gives its description and wishes to the order',
    (template) => {
      const product = productOfDraft({ ...DRAFT, template });
      expect(product).toEqual({
        kind: 'reels',
        template,
        photoPath: 'p',
        description: 'A lamp',
        wishes: 'at night',
        prompt: null,
        model: 'grok',
      });
      expect(draftOfRepeat('new', JOB_ID, product)).toMatchObject({ description: 'A lamp', prompt: null });
    },
  );

  it('with an own script is repeated with both its script and its description', () => {
    const product = productOfDraft({ ...DRAFT, template: 'self' });
    expect(product).toMatchObject({ description: 'A lamp', wishes: null, prompt: 'The lamp turns' });
    expect(draftOfRepeat('new', JOB_ID, product)).toMatchObject({
      description: 'A lamp',
      prompt: 'The lamp turns',
      template: null,
      repeatOf: JOB_ID,
    });
  });

  it('has no wishes where none were wanted', () => {
    expect(productOfDraft({ ...DRAFT, template: 'ad', wishes: '' }).wishes).toBeNull();
  });

  it('is another one with every change, and its own product from then on', () => {
    const repeated = draftOfRepeat('old', JOB_ID, productOfDraft({ ...DRAFT, template: 'ad' }));
    expect(withAnswer(repeated, { template: 'ugc' }, 'new')).toMatchObject({ id: 'new', repeatOf: null });
    expect(withAnswer(repeated, { description: 'A lamp' }, 'new')).toBe(repeated);
  });
});
