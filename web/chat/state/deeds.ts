import { HARMLESS_ADDRESS } from '../chat/rules/html.rules.js';
import { readLink } from '../chat/rules/links.rules.js';
import { telegram } from './api.js';
import { closeOverlay, overlay } from './overlays.js';
import { page, watchPerson } from './store.js';
import { onAnswerUrl } from './taps.js';
import { attempt, showToast } from './toasts.js';

/** What became of an attempt to pay with Stars. */
type PaymentOutcome =
  { kind: 'paid'; chargeId: string } | { kind: 'refused'; errorMessage: string } | { kind: 'unanswered' };

/** Somebody new. */
export interface NewPerson {
  firstName: string;
  languageCode: string;
  /** What a link that brought them here carries; empty for none. */
  payload: string;
}

/** Who went to a checkout last. */
let payerId: number | null = null;

/** Writes a text to the bot. Answers whether it was sent. */
export function say(personId: number, text: string): Promise<boolean> {
  return attempt(telegram('sendText', { personId, text }));
}

/** Writes `/start`, with what a deep link carries if there is anything. */
export function start(personId: number, payload: string | null): Promise<boolean> {
  return say(personId, payload ? `/start ${payload}` : '/start');
}

/** Does what clicking an address in a person's chat does: a start, a page over the chat, or another tab. */
export function openAddress(href: string, personId: number): void {
  const { bot } = page.value ?? {};
  if (!bot) return;
  const target = readLink(href, bot.username);
  if (target.kind === 'this_chat') {
    if (target.payload !== null) void start(personId, target.payload);
  } else if (target.kind === 'telegram') showToast(`This would open ${href} in Telegram.`);
  else if (isCheckout(href)) openCheckout(href, personId);
  else if (!HARMLESS_ADDRESS.test(href)) showToast(`A chat does not open this address: ${href}`, 'bad');
  else window.open(href, '_blank', 'noopener');
}

function openCheckout(url: string, personId: number): void {
  payerId = personId;
  overlay.value = { kind: 'browser', personId, url };
}

/** Goes on in the chat of whoever went to the checkout, which may be open in another tab, when it sends its reader back. */
export function comeBack(to: string): void {
  if (overlay.value?.kind === 'browser') closeOverlay();
  const personId = payerId ?? page.value?.personId;
  if (personId) openAddress(to, personId);
}

/** Whether clicking an address does not lead to another tab: it concerns this page, or no chat opens it. */
export function staysHere(href: string): boolean {
  if (!HARMLESS_ADDRESS.test(href)) return true;
  const target = readLink(href, page.value?.bot.username ?? '');
  return target.kind === 'this_chat' || target.kind === 'telegram' || isCheckout(href);
}

/** Whether a page may lie over the chat: the shop's checkout, the only one that the page's policy lets in. */
function isCheckout(href: string): boolean {
  const url = URL.canParse(href) ? new URL(href) : null;
  const shop = page.value?.app.providers.yookassa ?? '';
  return url !== null && URL.canParse(shop) && new URL(shop).origin === url.origin;
}

/** Pays an invoice with Stars and says how it went. */
export async function payInvoice(personId: number, messageId: number): Promise<void> {
  await attempt(
    (async () => {
      const { id } = await telegram<{ id: string }>('payInvoice', { personId, messageId });
      const outcome = await telegram<PaymentOutcome>('paymentOutcome', { id });
      if (outcome.kind === 'paid') showToast('⭐ Paid.');
      else if (outcome.kind === 'refused')
        showToast(`The bot refused the payment: ${outcome.errorMessage}`, 'bad');
      else showToast('The bot did not answer in time. Nothing was paid.', 'bad');
    })(),
  );
}

/** Adds somebody and shows their chat. Answers whether it could be done. */
export function addPerson({ firstName, languageCode, payload }: NewPerson): Promise<boolean> {
  return attempt(
    (async () => {
      const { id } = await telegram<{ id: number }>('addPerson', { firstName, languageCode });
      watchPerson(id);
      if (payload) await telegram('sendText', { personId: id, text: `/start ${payload}` });
    })(),
  );
}

/** Puts a text where it can be pasted from. */
export async function copyText(text: string): Promise<void> {
  await navigator.clipboard.writeText(text).then(
    () => showToast('Copied.'),
    () => showToast(`This browser does not let the page copy: ${text}`, 'bad'),
  );
}

onAnswerUrl(openAddress);
