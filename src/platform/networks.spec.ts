import { describe, expect, it } from 'vitest';
import { isCidr, Networks } from './networks.js';

describe('networks', () => {
  const networks = new Networks(['185.71.76.0/27', '77.75.156.11/32', '2a02:5180::/32']);

  it.each([
    ['185.71.76.1', true],
    ['185.71.76.31', true],
    ['185.71.76.32', false],
    ['::ffff:185.71.76.1', true],
    ['::ffff:185.71.76.32', false],
    ['77.75.156.11', true],
    ['77.75.156.12', false],
    ['2a02:5180::1', true],
    ['2a02:5181::1', false],
    ['127.0.0.1', false],
    ['', false],
    ['unknown', false],
    ['185.71.76.1, 10.0.0.1', false],
  ])('%j lies in one of them: %s', (address, inside) => {
    expect(networks.contains(address)).toBe(inside);
  });

  it.each(['185.71.76.0', '185.71.76.0/33', '185.71.76.0/', 'x/8', '2a02::/129', '1.2.3.4/8/8', ''])(
    '%j is none',
    (text) => {
      expect(isCidr(text)).toBe(false);
      expect(() => new Networks([text])).toThrow();
    },
  );
});
