import { readAsset, SANDBOX_VIDEO, type SandboxAsset } from './assets/index.js';
import type { OutsideWorld, SandboxEnv } from './outside-world.js';

/** What newcomers are shown. The lamp's begins in the dark, and a chat shows the beginning. */
const EXAMPLES: readonly SandboxAsset[] = ['videos/mug.mp4', 'videos/backpack.mp4', 'videos/perfume.mp4'];
/** Three for one credit, two for two; the first is the application's default. */
const MODELS = [
  'grok-imagine-video-1-5-preview',
  'veo3_fast',
  'wan/2-7-image-to-video',
  'kling/v3-turbo-image-to-video',
  'bytedance/seedance-2-mini',
] as const;

/** All models that people can be offered. */
export const EVERY_MODEL_ENV: SandboxEnv = { KIE_MODELS_OFFERED: MODELS.join(',') };

/**
 * What an operator in production sets up besides, for people to look at: example videos in the welcome, and models to choose from.
 * Keeps the videos at the fake Telegram, which must run.
 */
export async function showcaseEnv({ telegram }: Pick<OutsideWorld, 'telegram'>): Promise<SandboxEnv> {
  const fileIds = await Promise.all(
    EXAMPLES.map((name) => telegram.keepVideo(readAsset(name), SANDBOX_VIDEO)),
  );
  return { WELCOME_VIDEO_FILE_IDS: fileIds.join(','), ...EVERY_MODEL_ENV };
}
