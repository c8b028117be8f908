import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAsset, SANDBOX_VIDEO } from '../../sandbox/assets/index.js';
import { buttonOf, DemoPerson } from '../../sandbox/demo/person.js';
import type { SandboxEnv } from '../../sandbox/outside-world.js';
import { showcaseEnv } from '../../sandbox/showcase.js';
import { findModel } from '../../src/modules/kie/index.js';
import { BotWorld } from '../bot/bot-app.js';

let world: BotWorld;
let env: SandboxEnv;

beforeAll(async () => {
  world = await BotWorld.create();
  env = await showcaseEnv(world);
  await world.startBot({ env });
});
afterAll(() => world.destroy());

describe('what npm start shows', () => {
  it('is example videos in the welcome, which play', async () => {
    const person = DemoPerson.add(world.telegram, 'Anna', 'en');
    await person.join();
    const examples = world.telegram.sentVideos(person.id);
    expect(examples).toHaveLength(3);
    const shown = examples.map(async ({ media }) => (await world.telegram.file(media?.fileId ?? '')).bytes);
    const assets = ['videos/mug.mp4', 'videos/backpack.mp4', 'videos/perfume.mp4'] as const;
    expect(await Promise.all(shown)).toEqual(assets.map((name) => readAsset(name)));
    for (const { media } of examples)
      expect(media).toMatchObject({ ...SANDBOX_VIDEO, mimeType: 'video/mp4' });
    expect(person.videos()).toEqual([]);
  });

  it('is models to choose from, at more than one price, the default first', () => {
    const ids = env['KIE_MODELS_OFFERED']?.split(',') ?? [];
    expect(ids[0]).toBe('grok-imagine-video-1-5-preview');
    const models = ids.map(findModel);
    expect(models.map((model) => model?.status)).toEqual(ids.map(() => 'active'));
    expect(new Set(models.map((model) => model?.creditsPerVideo))).toEqual(new Set([1, 2]));
  });

  it.each([
    [undefined, 'Grok Imagine'],
    ['kling/v3-turbo-image-to-video', 'Kling 3 Turbo'],
  ])('is passed through by the people of the stories: model %s', async (model, title) => {
    const person = DemoPerson.add(world.telegram, 'Emma', 'en');
    await person.join();
    const confirm = await person.fillOrder({ count: 3, ...(model !== undefined && { model }) });
    expect(confirm.text).toContain(title);
    expect(confirm.text).toContain('Videos: 3');
    expect(buttonOf(confirm, '1:confirm')).toBeDefined();
  });
});
