import { signal } from '@preact/signals';
import { onEvent, page } from './store.js';

/** What Telegram shows an action for (https://core.telegram.org/bots/api#sendchataction). */
const SHOWN_MS = 5_000;

/** What the bot does in the chat that is shown, such as `upload_video`; null when it does nothing. */
export const activity = signal<string | null>(null);
let end: ReturnType<typeof setTimeout> | undefined;

onEvent((event) => {
  if (event.type === 'hello') show(null);
  else if (event.type === 'chat_action' && event.personId === page.value?.personId) show(event.action);
  else if (event.type === 'message_new' && event.personId === page.value?.personId) {
    if (event.message.from === 'bot') show(null);
  }
});

function show(action: string | null): void {
  clearTimeout(end);
  activity.value = action;
  if (action !== null) end = setTimeout(() => show(null), SHOWN_MS);
}
