import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FakeYooKassa } from '../../sandbox/yookassa/index.js';
import { waitFor } from '../support/wait-for.js';
import { yooApi, type YooObject } from './fake-yookassa.support.js';

const yoo = new FakeYooKassa();
const api = yooApi(() => yoo.url);

beforeAll(() => yoo.start());
afterAll(() => yoo.stop());
beforeEach(() => yoo.reset());

interface List {
  type: string;
  items: YooObject[];
  next_cursor?: string;
}
const list = async (path: string, query: Record<string, string> = {}): Promise<List> =>
  (await api.get(`${path}?${new URLSearchParams(query).toString()}`)).body as unknown as List;
const idsOf = ({ items }: List): string[] => items.map(({ id }) => id);

/** Each in a millisecond of its own, so that the filters can tell them apart. */
async function payments(count: number): Promise<YooObject[]> {
  const made: YooObject[] = [];
  for (let index = 0; index < count; index += 1) {
    await waitFor(() => new Date().toISOString() !== made.at(-1)?.created_at, {
      what: 'the next millisecond',
    });
    made.push(await api.create({ description: `No ${index}` }));
  }
  return made;
}

describe('the list of payments', () => {
  it('has ten of a page unless told, the newest first, and a cursor to the next one', async () => {
    const newestFirst = (await payments(12)).map(({ id }) => id).reverse();
    const first = await list('/payments');
    expect(first.type).toBe('list');
    expect(idsOf(first)).toEqual(newestFirst.slice(0, 10));
    // What comes meanwhile moves nothing.
    await api.create();
    const second = await list('/payments', { cursor: first.next_cursor ?? '' });
    expect(idsOf(second)).toEqual(newestFirst.slice(10));
    expect(second).not.toHaveProperty('next_cursor');
  });

  it('goes through all of them by pages of five, none twice', async () => {
    const newestFirst = (await payments(15)).map(({ id }) => id).reverse();
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await list('/payments', { limit: '5', ...(cursor === undefined ? {} : { cursor }) });
      expect(page.items).toHaveLength(5);
      seen.push(...idsOf(page));
      cursor = page.next_cursor;
    } while (cursor !== undefined);
    expect(seen).toEqual(newestFirst);
  });

  it('is filtered by when they were made', async () => {
    const [a, b, c] = (await payments(3)) as [YooObject, YooObject, YooObject];
    const at = String(b.created_at);
    const by = async (name: string): Promise<string[]> => idsOf(await list('/payments', { [name]: at }));
    expect(await by('created_at.gte')).toEqual([c.id, b.id]);
    expect(await by('created_at.gt')).toEqual([c.id]);
    expect(await by('created_at.lte')).toEqual([b.id, a.id]);
    expect(await by('created_at.lt')).toEqual([a.id]);
    const both = await list('/payments', { 'created_at.gte': at, 'created_at.lt': String(c.created_at) });
    expect(idsOf(both)).toEqual([b.id]);
  });

  it('is filtered by status, by method and by when they were captured', async () => {
    const [a, b] = (await payments(2)) as [YooObject, YooObject];
    yoo.pay(a.id);
    expect(idsOf(await list('/payments', { status: 'succeeded' }))).toEqual([a.id]);
    expect(idsOf(await list('/payments', { status: 'pending' }))).toEqual([b.id]);
    expect(idsOf(await list('/payments', { payment_method: 'yoo_money' }))).toEqual([]);
    const at = String((await api.read(a.id)).captured_at);
    const by = async (name: string): Promise<string[]> => idsOf(await list('/payments', { [name]: at }));
    expect(await by('captured_at.gte')).toEqual([a.id]);
    expect(await by('captured_at.lte')).toEqual([a.id]);
    expect(await by('captured_at.gt')).toEqual([]);
    expect(await by('captured_at.lt')).toEqual([]);
  });

  it('has whole payments, as they are now', async () => {
    const { id } = await api.create();
    yoo.pay(id);
    expect((await list('/payments')).items).toEqual([await api.read(id)]);
  });

  it('holds payments of other programs, which have no metadata of ours', async () => {
    const { id } = yoo.makePayment({ kopecks: 12_345, description: 'сайт' });
    yoo.pay(id);
    expect((await list('/payments')).items).toMatchObject([
      { id, amount: { value: '123.45' }, metadata: {}, status: 'succeeded' },
    ]);
    expect(() => yoo.makePayment({ kopecks: 1.5 })).toThrow(RangeError);
    expect(() => yoo.makePayment({ kopecks: 100, shopId: '1' })).toThrow('no shop 1');
  });

  it.each([
    ['limit', '0'],
    ['limit', '101'],
    ['limit', 'ten'],
    ['status', 'paid'],
    ['created_at.gte', 'yesterday'],
    ['cursor', 'x'],
    ['created_at', '2026-11-21T00:00:00Z'],
    ['metadata', 'order-1'],
  ])('is refused for %s=%s', async (name, value) => {
    const { status, body } = await api.get(`/payments?${name}=${value}`);
    expect([status, body.code, body.parameter]).toEqual([400, 'invalid_request', name]);
  });
});

describe('the list of refunds', () => {
  it('is filtered by payment and status, newest first, by pages', async () => {
    const [a, b] = (await payments(2)) as [YooObject, YooObject];
    yoo.pay(a.id);
    yoo.pay(b.id);
    const first = (await api.refund(a.id, '1.00')).body;
    const second = (await api.refund(a.id, '2.00')).body;
    yoo.nextRefund({ cancelReason: 'insufficient_funds' });
    const third = (await api.refund(b.id, '3.00')).body;
    expect(idsOf(await list('/refunds', { payment_id: a.id }))).toEqual([second.id, first.id]);
    expect((await list('/refunds', { status: 'canceled' })).items).toEqual([third]);
    const page = await list('/refunds', { limit: '2' });
    expect(idsOf(page)).toEqual([third.id, second.id]);
    expect(idsOf(await list('/refunds', { limit: '2', cursor: page.next_cursor ?? '' }))).toEqual([first.id]);
    expect(idsOf(await list('/refunds', { 'created_at.lt': String(first.created_at) }))).toEqual([]);
    expect((await api.get('/refunds?captured_at.gte=2026-11-21T00:00:00Z')).status).toBe(400);
  });
});
