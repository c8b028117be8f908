import type { LoadOutcome } from './load.js';

/** What was promised of each posted update and is not so, a sentence each: answered 200, one reply, remembered as done. */
export function brokenIn(
  { posted, answered, trouble }: Pick<LoadOutcome, 'posted' | 'answered' | 'trouble'>,
  { messages, done }: { messages: number; done: number },
): string[] {
  const broken: string[] = [];
  if (posted === 0) broken.push('Nothing was posted.');
  if (answered !== posted)
    broken.push(`${answered} of ${posted} updates were answered 200 (${trouble ?? ''}).`);
  if (messages !== posted) broken.push(`${posted} updates had ${messages} messages in reply.`);
  if (done !== posted) broken.push(`${done} of ${posted} updates are remembered as done.`);
  return broken;
}
