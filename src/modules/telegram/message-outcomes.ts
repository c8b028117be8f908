import type { Message } from 'telegraf/types';
import { TelegramError } from './telegram.errors.js';

/** What became of an edit. `gone`: that message cannot be edited any more, so send a new one. */
export type EditOutcome = 'edited' | 'unchanged' | 'gone';

/** What became of an edit, where Telegram's refusal is one of the expected ones. @throws TelegramError otherwise. */
export async function editOutcome(edit: Promise<unknown>): Promise<EditOutcome> {
  try {
    await edit;
    return 'edited';
  } catch (error) {
    if (error instanceof TelegramError && error.nuance === 'not_modified') return 'unchanged';
    if (error instanceof TelegramError && error.nuance === 'message_gone') return 'gone';
    throw error;
  }
}

/** The id of the file that Telegram made of a video; null when it made something else of it. */
export function fileIdOf(message: Message): string | null {
  // Without a sound track Telegram may make an animation of a video.
  if ('video' in message) return message.video.file_id;
  if ('animation' in message) return message.animation.file_id;
  return 'document' in message ? message.document.file_id : null;
}
