import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FakeYooKassa } from '../../sandbox/yookassa/index.js';
import { yooApi } from './fake-yookassa.support.js';

const yoo = new FakeYooKassa();
const api = yooApi(() => yoo.url);
const RETURN_URL = 'https://t.me/sandbox_bot?start=paid_1';

beforeAll(() => yoo.start());
afterAll(() => yoo.stop());
beforeEach(() => yoo.reset());

const pageUrl = (id: string): string => yoo.payment(id)?.confirmationUrl ?? '';
const open = async (id: string): Promise<string> => (await fetch(pageUrl(id))).text();
async function press(id: string, action: string, fields: Record<string, string> = {}) {
  const body = new URLSearchParams({ action, ...fields });
  const reply = await fetch(pageUrl(id), { method: 'POST', body, redirect: 'manual' });
  return { status: reply.status, to: reply.headers.get('location') };
}
const toPage = (id: string, more = '') => ({
  status: 303,
  to: `/checkout/payments/v2/contract?orderId=${id}${more}`,
});
const toShop = { status: 303, to: RETURN_URL };

describe('the checkout page', () => {
  it('says that it is the sandbox, and what is to be paid', async () => {
    yoo.addShop({ shopId: '100500', apiKey: 'test_sandboxSecretKeyOfTheShop0000000000', name: 'Видео & Ко' });
    const { id } = await api.create({ amount: { value: '12345.60', currency: 'RUB' } });
    const reply = await fetch(pageUrl(id));
    expect([reply.status, reply.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const html = await reply.text();
    for (const text of [
      'Касса песочницы',
      'Видео &amp; Ко',
      '10 видео',
      '12\u00a0345,60\u00a0₽',
      'Ждёт оплаты',
      'ещё 60 мин',
      'Оплатить',
      'Отклонить',
      'Оплата не прошла, попробовать другую карту',
      'Пусть время выйдет',
      'Уйти без оплаты',
      '5555 5555 5555 4444',
    ])
      expect(html).toContain(text);
  });

  it('escapes what the shop and the payer wrote', async () => {
    const evil = `"><script>alert('1')</script>&`;
    const returnUrl = `https://t.me/bot?x="><script>alert(1)</script>`;
    const { id } = await api.create({
      description: evil,
      confirmation: { type: 'redirect', return_url: returnUrl },
    });
    yoo.failAttempt(id, evil);
    expect(await open(id)).not.toContain('<script');
    yoo.decline(id, evil);
    const html = await open(id);
    expect(html).not.toContain('<script');
    expect(html).toContain('&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;');
  });

  it('pays and goes back to the shop, which learns nothing from the address', async () => {
    const { id } = await api.create();
    expect(await press(id, 'pay', { card: '5555 5555 5555 4444' })).toEqual(toShop);
    expect((await api.read(id)).status).toBe('succeeded');
    const html = await open(id);
    expect(html).toContain('✓ Оплачено');
    expect(html).toContain('платить больше не нужно');
    expect(html).not.toContain('value="pay"');
    expect(await press(id, 'pay', { card: '5555555555554444' })).toEqual(toPage(id));
  });

  it('ends as the card says', async () => {
    const { id } = await api.create();
    expect(await press(id, 'pay', { card: '5555555555554600' })).toEqual(toShop);
    expect((await api.read(id)).cancellation_details).toMatchObject({ reason: 'insufficient_funds' });
    expect(await open(id)).toContain('не хватает денег');
  });

  it('takes a card of the list, whatever is typed', async () => {
    const { id } = await api.create();
    expect(await open(id)).toContain('name="pay_with" value="5555555555554543"');
    expect(await press(id, '', { pay_with: '5555555555554543', card: '5555 5555 5555 4444' })).toEqual(
      toShop,
    );
    expect((await api.read(id)).cancellation_details).toMatchObject({ reason: 'card_expired' });
  });

  it('may stand in a frame, and lets a browser ask for nothing else', async () => {
    const { id } = await api.create();
    const reply = await fetch(pageUrl(id));
    expect(reply.headers.get('x-frame-options')).toBeNull();
    expect(reply.headers.get('content-security-policy') ?? '').not.toContain('frame-ancestors');
    const html = await reply.text();
    expect(html).toContain('<link rel="icon" href="data:,">');
    expect(html).not.toMatch(/<script|src=|@import|url\(/);
    expect(html.match(/<link/g)).toHaveLength(1);
  });

  it('knows the test cards only', async () => {
    const { id } = await api.create();
    expect(await press(id, 'pay', { card: '4242424242424242' })).toEqual(toPage(id, '&problem=card'));
    const html = await (await fetch(`${pageUrl(id)}&problem=card`)).text();
    expect(html).toContain('Такой карты нет');
    expect(html).toMatch(/<input id="card"[^>]* aria-invalid="true" aria-describedby="problem">/);
    expect((await api.read(id)).status).toBe('pending');
  });

  it('declines for the reason that is chosen', async () => {
    const { id } = await api.create();
    expect(await press(id, 'decline', { reason: 'card_expired' })).toEqual(toShop);
    expect((await api.read(id)).cancellation_details).toEqual({
      party: 'payment_network',
      reason: 'card_expired',
    });
    expect(await open(id)).toContain('Платёж отменён');
  });

  it('lets an attempt fail and another card pay', async () => {
    const { id } = await api.create();
    expect(await press(id, 'fail_attempt', { reason: 'general_decline' })).toEqual(toPage(id));
    expect(await open(id)).toContain('Попробуйте другую карту');
    expect((await api.read(id)).status).toBe('pending');
    await press(id, 'pay', { card: '2200 0000 0000 0004' });
    expect((await api.read(id)).status).toBe('succeeded');
  });

  it('lets the time run out, and lets the payer go', async () => {
    const { id } = await api.create();
    expect(await press(id, 'leave')).toEqual(toShop);
    expect((await api.read(id)).status).toBe('pending');
    expect(await press(id, 'expire')).toEqual(toPage(id));
    expect((await api.read(id)).cancellation_details).toMatchObject({ reason: 'expired_on_confirmation' });
    expect(await open(id)).toContain('время на оплату вышло');
  });

  it('says that the money of a payment without capture is held', async () => {
    const { id } = await api.create({ capture: false });
    expect(await press(id, 'pay', { card: '4111 1111 1111 1111' })).toEqual(toShop);
    expect(await open(id)).toContain('Деньги удержаны');
  });

  it('gives money back, a part or all of it, as the cabinet does', async () => {
    const { id } = await api.create();
    yoo.pay(id);
    expect(await open(id)).toContain('Вернуть деньги');
    expect(await press(id, 'refund', { sum: '99,5' })).toEqual(toPage(id));
    expect(await open(id)).toContain('Возвращено 99,50');
    for (const sum of ['300', '0', '', 'сто', '-1'])
      expect(await press(id, 'refund', { sum })).toEqual(toPage(id, '&problem=sum'));
    expect(await press(id, 'refund', { sum: '199.50' })).toEqual(toPage(id));
    expect(await open(id)).not.toContain('Вернуть деньги');
    expect(yoo.refunds().map(({ amountKopecks }) => amountKopecks)).toEqual([9_950, 19_950]);
  });

  it('is not there for other orders', async () => {
    for (const query of ['', '?orderId=none', '?orderId=a&orderId=b']) {
      const url = `${yoo.url}/checkout/payments/v2/contract${query}`;
      for (const method of ['GET', 'POST']) {
        const reply = await fetch(url, { method, ...(method === 'POST' && { body: new URLSearchParams() }) });
        expect(reply.status).toBe(404);
        expect(await reply.text()).toContain('Такого платежа нет');
      }
    }
  });

  it('goes back to addresses with any letters, and stays where there is none', async () => {
    const { id } = await api.create({
      confirmation: { type: 'redirect', return_url: 'https://t.me/бот?start=1' },
    });
    expect((await press(id, 'leave')).to).toBe('https://t.me/%D0%B1%D0%BE%D1%82?start=1');
    const other = yoo.makePayment({ kopecks: 100 });
    expect(await press(other.id, 'leave')).toEqual(toPage(other.id));
  });

  it('leads somewhere else where nothing can open the shop’s address, and tells the shop its own', async () => {
    const { id } = await api.create();
    yoo.setWayBack((returnUrl) => `http://127.0.0.1:1/return?to=${encodeURIComponent(returnUrl)}`);
    const elsewhere = `http://127.0.0.1:1/return?to=${encodeURIComponent(RETURN_URL)}`;
    expect((await api.read(id)).confirmation).toMatchObject({ return_url: RETURN_URL });
    expect((await press(id, 'pay', { card: '5555 5555 5555 4444' })).to).toBe(elsewhere);
    expect(await open(id)).toContain(`href="${elsewhere}"`);
    yoo.setWayBack((returnUrl) => returnUrl);
    expect((await press(id, 'leave')).to).toBe(RETURN_URL);
  });
});
