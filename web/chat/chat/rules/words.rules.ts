import type { BotCommand } from '../../../../sandbox/page/protocol.js';

const ACTIONS: Readonly<Record<string, string>> = {
  typing: 'typing…',
  upload_photo: 'sending a photo…',
  record_video: 'recording a video…',
  upload_video: 'uploading a video…',
  record_voice: 'recording a voice message…',
  upload_voice: 'sending a voice message…',
  upload_document: 'sending a file…',
  choose_sticker: 'choosing a sticker…',
  find_location: 'choosing a location…',
  record_video_note: 'recording a video message…',
  upload_video_note: 'sending a video message…',
};

/** What the header says while the bot does something (https://core.telegram.org/bots/api#sendchataction). */
export function describeAction(action: string): string {
  return ACTIONS[action] ?? 'typing…';
}

/** The commands that go on from what is typed: all for `/`, none as soon as it is more than a command. One that is typed whole comes first. */
export function matchCommands(typed: string, commands: readonly BotCommand[]): BotCommand[] {
  const begun = /^\/(\w*)$/.exec(typed)?.[1]?.toLowerCase();
  if (begun === undefined) return [];
  const matching = commands.filter(({ command }) => command.toLowerCase().startsWith(begun));
  const isWhole = ({ command }: BotCommand) => Number(command.toLowerCase() === begun);
  return matching.sort((one, other) => isWhole(other) - isWhole(one));
}

/** How a time of day is written. */
export function formatTime(dateS: number): string {
  return new Date(dateS * 1000).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
}

/** A day as the line between days names it. */
export function formatDay(dateS: number, nowMs: number): string {
  const date = new Date(dateS * 1000);
  const now = new Date(nowMs);
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  if (date.toDateString() === now.toDateString()) return 'Today';
  if (date.toDateString() === yesterday.toDateString()) return 'Yesterday';
  const year = date.getFullYear() === now.getFullYear() ? undefined : 'numeric';
  return date.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year });
}
