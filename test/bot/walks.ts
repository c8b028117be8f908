import { readFile } from 'node:fs/promises';
import type { BotWorld, Talker } from './bot-app.js';

/** A product photo that every check accepts. */
export const MUG = await readFile(new URL('../../sandbox/assets/photos/mug.jpg', import.meta.url));
/** A description full of what must be escaped. */
export const DESCRIPTION = 'Travel mug <450 ml> & lid, keeps tea hot';

type DraftStep = 'photo' | 'description' | 'template' | 'wishes' | 'count' | 'confirm';

/** Somebody who has just pressed Start and agreed to the terms. */
export async function beginner(world: BotWorld, languageCode = 'en', firstName = 'Anna'): Promise<Talker> {
  const talker = world.newcomer(languageCode, firstName);
  await talker.joins();
  return talker;
}

/** Walks up to a step with everything before it answered. */
export async function walkTo(world: BotWorld, step: DraftStep): Promise<Talker> {
  const talker = await beginner(world);
  await talker.taps('Fresh content');
  await talker.taps('Product card');
  if (step === 'photo') return talker;
  await talker.sends(MUG);
  if (step === 'description') return talker;
  await talker.says(DESCRIPTION);
  if (step === 'template') return talker;
  await talker.taps('Commercial');
  if (step === 'wishes') return talker;
  await talker.taps('No wishes');
  if (step === 'count') return talker;
  await talker.taps('Videos: 1');
  return talker;
}
