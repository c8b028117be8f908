import { signal } from '@preact/signals';
import { readDeepLink } from '../chat/rules/links.rules.js';

/** What a link to this page carries for the bot, until it was sent; null when there is nothing. */
export const deepLink = signal(readDeepLink(location));

/** Leaves the link behind, so that a reload does not start with it again. */
export function endDeepLink(): void {
  deepLink.value = null;
  history.replaceState(null, '', location.pathname);
}
