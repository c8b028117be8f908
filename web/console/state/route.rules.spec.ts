import { describe, expect, it } from 'vitest';
import { addressOf, readRoute } from './route.rules.js';

describe('an address', () => {
  it.each([
    ['', [], {}],
    ['#/', [], {}],
    ['#/jobs', ['jobs'], {}],
    ['#/jobs?status=failed&text=%40anna', ['jobs'], { status: 'failed', text: '@anna' }],
    ['#/people/0198%2F', ['people', '0198/'], {}],
    ['#/a%', ['a%'], {}],
  ])('%s leads to %j', (hash, path, query) => {
    expect(readRoute(hash)).toEqual({ path, query });
  });

  it('comes back as it was made', () => {
    const address = addressOf(['jobs', 'a/b'], { text: 'Анна & Co', status: '', step: undefined });
    expect(address).not.toContain('status');
    expect(readRoute(address)).toEqual({ path: ['jobs', 'a/b'], query: { text: 'Анна & Co' } });
  });
});
