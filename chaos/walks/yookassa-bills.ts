import type { ChatMessage } from '../../sandbox/telegram/index.js';
import type { Walker } from './walker.js';

/** The newest bill of YooKassa that the person sees and that is not paid yet: the provider's id. */
export function findBill(walker: Walker): string | null {
  const { yooKassa } = walker.town.world;
  const message = walker.chat.findMessage((one) => billOf(walker, one) !== null);
  const id = message && billOf(walker, message);
  return id && yooKassa.payment(id)?.status === 'pending' ? id : null;
}

/** The newest invoice in Stars that the person sees. */
export function findInvoice({ chat }: Walker): ChatMessage | undefined {
  return chat.findMessage(({ invoice }) => invoice !== null);
}

function billOf({ town }: Walker, { keyboard }: ChatMessage): string | null {
  const urls = (keyboard?.flat() ?? []).map(({ url }) => url ?? '');
  const url = urls.find((one) => one.startsWith(town.world.yooKassa.url));
  return url === undefined ? null : new URL(url).searchParams.get('orderId');
}
