import { describe, expect, it } from 'vitest';
import { readDeepLink, readLink } from './links.rules.js';

describe('readLink', () => {
  it.each([
    ['https://t.me/shop_bot?start=pay_1', { kind: 'this_chat', payload: 'pay_1' }],
    ['https://t.me/Shop_Bot', { kind: 'this_chat', payload: null }],
    ['https://t.me/shop_bot/?start=', { kind: 'this_chat', payload: null }],
    ['https://t.me/shop_bot?start=two%20words', { kind: 'this_chat', payload: null }],
    ['https://telegram.me/shop_bot?start=a-b', { kind: 'this_chat', payload: 'a-b' }],
    ['tg://resolve?domain=shop_bot&start=x', { kind: 'this_chat', payload: 'x' }],
    ['tg://resolve?domain=other_bot', { kind: 'telegram' }],
    ['tg://settings', { kind: 'telegram' }],
    ['https://t.me/support', { kind: 'elsewhere' }],
    ['https://t.me/shop_bot/app', { kind: 'elsewhere' }],
    ['http://127.0.0.1:4000/checkout?orderId=1', { kind: 'elsewhere' }],
    ['http://localhost:3000/terms', { kind: 'elsewhere' }],
    ['https://127.0.0.1.evil.example/', { kind: 'elsewhere' }],
    ['ftp://127.0.0.1/', { kind: 'elsewhere' }],
    ['https://example.com/t.me/shop_bot', { kind: 'elsewhere' }],
    ['mailto:a@b.example', { kind: 'elsewhere' }],
    ['not an address', { kind: 'elsewhere' }],
  ])('%s', (href, target) => {
    expect(readLink(href, 'shop_bot')).toEqual(target);
  });
});

describe('readDeepLink', () => {
  it.each([
    ['', '', null],
    ['?start=promo_1', '', 'promo_1'],
    ['', '#start=promo_2', 'promo_2'],
    ['?start=', '#start=hash', 'hash'],
    ['?start=not%20allowed', '', null],
    ['?other=1', '#top', null],
  ])('search %j, hash %j', (search, hash, payload) => {
    expect(readDeepLink({ search, hash })).toBe(payload);
  });
});
