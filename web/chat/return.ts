/**
 * Where a shop's page sends the payer back to, in the place of Telegram: `return?to=<link to the bot>`. Tells the chat page that opened
 * it, as an in-app browser or in another tab; opened by nobody, it becomes the chat page itself.
 */
const to = new URLSearchParams(location.search).get('to') ?? '';
const chat: unknown = window.parent === window ? window.opener : window.parent;

if (chat) {
  (chat as Window).postMessage({ type: 'return', to }, location.origin);
  window.close();
} else {
  const start = URL.canParse(to) ? new URL(to).searchParams.get('start') : null;
  location.replace(start === null ? './' : `./?start=${encodeURIComponent(start)}`);
}
