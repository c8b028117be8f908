import type { ChatMessage } from '../telegram/index.js';
import type { InlineButton } from '../telegram/model.js';
import { buttonOf, DemoPerson } from './person.js';
import { StoryError, type Stage } from './stage.js';

/** What is sold, as the migrations say. */
export const PLANS = {
  starter: { credits: 5, kopecks: 19_900, stars: 150 },
  pro: { credits: 20, kopecks: 69_900, stars: 500 },
  premium: { credits: 50, kopecks: 149_900, stars: 1_100 },
} as const;
export type PlanId = keyof typeof PLANS;

/** A message with a button to YooKassa's page. */
export interface Bill {
  messageId: number;
  text: string;
  /** Ours. */
  paymentId: string;
  /** YooKassa's. */
  providerId: string;
  url: string;
}

/** From wherever there is a button to it: the price list. */
export async function openPlans({ person }: Stage): Promise<ChatMessage> {
  await person.tap('1:plans');
  return person.seesButton('1:plan:starter');
}

/** From the price list to the message that asks how to pay. */
export async function choosePlan({ person }: Stage, plan: PlanId): Promise<ChatMessage> {
  await person.tap(`1:plan:${plan}`);
  return person.seesButton(`1:buy:yookassa:${plan}`);
}

/** From wherever there is a button to the price list: a bill of YooKassa. */
export async function orderBill(stage: Stage, plan: PlanId = 'starter'): Promise<Bill> {
  const known = billsSeen(stage);
  await openPlans(stage);
  await choosePlan(stage, plan);
  await stage.person.tap(`1:buy:yookassa:${plan}`);
  return seesBill(stage, known);
}

/** From wherever there is a button to the price list: the message with an invoice in Stars. */
export async function orderInvoice(stage: Stage, plan: PlanId = 'starter'): Promise<ChatMessage> {
  await openPlans(stage);
  await choosePlan(stage, plan);
  await stage.person.tap(`1:buy:telegram_stars:${plan}`);
  return stage.person.sees(({ invoice }) => invoice?.amountStars === PLANS[plan].stars);
}

/** The addresses of the bills that the person can see now. */
export function billsSeen(stage: Stage): string[] {
  return stage.person.chat().flatMap((message) => payButton(stage, message)?.url ?? []);
}

/** Waits for a bill that is none of those. */
export async function seesBill(stage: Stage, known: readonly string[] = []): Promise<Bill> {
  const isNew = (message: ChatMessage): boolean => {
    const url = payButton(stage, message)?.url;
    return url !== undefined && !known.includes(url);
  };
  const message = await stage.person.sees(isNew);
  const url = payButton(stage, message)?.url ?? '';
  const providerId = new URL(url).searchParams.get('orderId') ?? '';
  const paymentId = (buttonOf(message, '1:paid') ?? '').split(':').at(-1) ?? '';
  const { messageId, text } = message;
  return { messageId, text, paymentId, providerId, url };
}

/** The message of a bill as it is now. */
export function messageOf({ person }: Stage, { messageId }: { messageId: number }): ChatMessage {
  const message = person.chat().find((one) => one.messageId === messageId);
  if (!message) throw new StoryError(`There is no message ${messageId}`);
  return message;
}

/**
 * Opens YooKassa's page as a browser does, and presses one of its buttons.
 *
 * @returns where the browser goes next.
 */
export async function payOnPage({ url }: { url: string }, fields: Record<string, string>): Promise<URL> {
  const page = await fetch(url);
  const html = await page.text();
  if (!page.ok || !html.includes(`value="${fields['action']}"`)) {
    throw new StoryError(`The page has no button "${fields['action']}": HTTP ${page.status}`);
  }
  const answer = await fetch(url, { method: 'POST', redirect: 'manual', body: new URLSearchParams(fields) });
  return new URL(answer.headers.get('location') ?? '', url);
}

/** Pays by the card that is filled in, and returns where the browser goes next. */
export function pay(bill: { url: string }): Promise<URL> {
  return payOnPage(bill, { action: 'pay', card: '5555 5555 5555 4444' });
}

/** The link of the shop opens Telegram, which writes `/start …` for the person. */
export function comeBack({ person }: Stage, link: URL): void {
  if (link.host !== 't.me') throw new StoryError(`The browser went to ${link.href}`);
  person.say(`/start ${link.searchParams.get('start')}`);
}

/** The operator, who has used the bot: whoever comes first brings them along. */
export async function callOperator({ world: { telegram, operatorId: id } }: Stage): Promise<DemoPerson> {
  const known = telegram.people().find((person) => person.id === id);
  const operator = known ? DemoPerson.of(telegram, known) : DemoPerson.add(telegram, 'Ольга', 'ru', { id });
  await (known ? operator.seesButton('1:create') : operator.join());
  return operator;
}

/** Everything that YooKassa sends about an object, until all of it is answered. */
export async function allNoticed(stage: Stage, objectId: string): Promise<void> {
  await stage.until(`all notifications about ${objectId} are answered`, () =>
    stage.world.yooKassa
      .notifications()
      .filter((notification) => notification.objectId === objectId)
      .every(({ state }) => state === 'delivered' || state === 'dropped'),
  );
}

/** When the application asks YooKassa what became of a bill, in real milliseconds. */
export function watchLooks({ world }: Stage): { at: (bill: Bill) => number[]; stop: () => void } {
  const calls: { url: string; atMs: number }[] = [];
  const stop = world.yooKassa.onCall(({ method, url }) => {
    if (method === 'GET') calls.push({ url, atMs: Math.round(performance.now()) });
  });
  const at = ({ providerId }: Bill) =>
    calls.filter(({ url }) => url.endsWith(`/v3/payments/${providerId}`)).map(({ atMs }) => atMs);
  return { at, stop };
}

function payButton({ world }: Stage, message: ChatMessage): InlineButton | undefined {
  return message.keyboard?.flat().find(({ url }) => url?.startsWith(world.yooKassa.url));
}
